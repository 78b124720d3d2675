package org.bitlattice.report;

import java.io.Serializable;

/**
 * One round of ADMM.
 *
 * @param round counted from 1; row 0 is the table fit that the rounds start from
 * @param tokens training tokens so far
 * @param trainNllNats mean negative log likelihood per training token of this round's W-step
 * @param devPerplexityFull per-round dev perplexity at the full-precision weights W
 * @param devPerplexityQuantized per-round dev perplexity at the quantized weights G
 * @param primalResidual ‖W − G‖ / ‖W‖
 * @param dualResidual γ‖G_k − G_{k−1}‖
 * @param codesChanged share of codes that differ from the round before
 * @param gamma penalty of the round
 * @param learningRate learning rate of the round
 * @param seconds time of the round, without the evaluation
 */
public record AdmmRow(
    int round,
    long tokens,
    double trainNllNats,
    double devPerplexityFull,
    double devPerplexityQuantized,
    double primalResidual,
    double dualResidual,
    double codesChanged,
    double gamma,
    double learningRate,
    double seconds)
    implements Serializable {}
