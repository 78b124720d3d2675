package org.bitlattice.report;

/**
 * How long a stage took.
 *
 * @param stage its name
 * @param seconds wall-clock time, in seconds
 */
public record StageSeconds(String stage, double seconds) {}
