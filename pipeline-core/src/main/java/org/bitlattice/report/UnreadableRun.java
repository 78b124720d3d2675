package org.bitlattice.report;

/**
 * A run with a damaged file.
 *
 * @param run name of its folder
 * @param reason what cannot be read, and why
 */
public record UnreadableRun(String run, String reason) {}
