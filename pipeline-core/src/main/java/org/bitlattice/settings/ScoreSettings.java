package org.bitlattice.settings;

/**
 * How systems are compared.
 *
 * @param baseline system that others are compared with
 * @param significance level of the test, between 0 and 1
 */
public record ScoreSettings(String baseline, double significance) {}
