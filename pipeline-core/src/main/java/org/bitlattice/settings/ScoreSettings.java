package org.bitlattice.settings;

/**
 * How systems are compared.
 *
 * @param baseline system that others are compared with
 * @param significance level of the test, between 0 and 1
 * @param losslessMargin largest upper bound of a word error rate's increase, in absolute percent,
 *     that counts as lossless
 * @param bootstrapDraws draws of the bootstrap intervals; 0 for none
 * @param speaker regular expression whose first group is the speaker of an utterance id
 */
public record ScoreSettings(
    String baseline,
    double significance,
    double losslessMargin,
    int bootstrapDraws,
    String speaker) {}
