package org.bitlattice.report;

import java.io.Serializable;

/**
 * One round of training the baseline.
 *
 * @param round counted from 1
 * @param tokens training tokens so far
 * @param trainNllNats mean negative log likelihood per training token of this round, dropout on
 * @param devPerplexity perplexity of the per-round dev sentences after the round
 * @param learningRate learning rate of the round
 * @param seconds time of the round's training, without the evaluation
 */
public record TrainingRow(
    int round,
    long tokens,
    double trainNllNats,
    double devPerplexity,
    double learningRate,
    double seconds)
    implements Serializable {}
