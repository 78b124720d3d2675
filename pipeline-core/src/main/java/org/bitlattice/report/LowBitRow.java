package org.bitlattice.report;

import java.util.OptionalDouble;

/**
 * One round of low-bit training.
 *
 * @param round counted from 1; row 0 is the table fit that the rounds start from
 * @param phase what the round did: {@code start}, {@code admm}, {@code straight-through}, or {@code
 *     fine-tuning}
 * @param tokens training tokens so far
 * @param trainNats mean training loss per token of this round, in nats
 * @param devPerplexityFull per-round dev perplexity at the full-precision weights W (rounds of ADMM
 *     and row 0)
 * @param devPerplexityQuantized per-round dev perplexity at the table entries G
 * @param primalResidual ‖W − G‖ / ‖W‖
 * @param dualResidual γ‖G_k − G_{k−1}‖ (ADMM)
 * @param codesChanged share of codes that differ from the round before
 * @param gamma penalty of the round (ADMM)
 * @param learningRate learning rate of the round
 * @param seconds time of the round, without the evaluation
 */
public record LowBitRow(
    int round,
    String phase,
    long tokens,
    double trainNats,
    OptionalDouble devPerplexityFull,
    double devPerplexityQuantized,
    double primalResidual,
    OptionalDouble dualResidual,
    double codesChanged,
    OptionalDouble gamma,
    double learningRate,
    double seconds) {}
