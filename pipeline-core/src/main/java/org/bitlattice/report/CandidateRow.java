package org.bitlattice.report;

import java.util.OptionalDouble;

/**
 * An assignment that was tried as a whole model.
 *
 * @param system the system
 * @param candidate its number, from 0 on
 * @param source where it comes from: kl, hessian, search or uniform
 * @param best whether it is the one that was taken
 * @param averageBits nominal bits of a weight
 * @param modelBytes bytes of the model file
 * @param predicted Σ of the units' sensitivities by its source; null for uniform
 * @param klNats KL divergence from the full-precision model to the whole quantized model, in nats
 *     per token
 * @param devPerplexity perplexity of the dev sentences that candidates are measured on
 * @param tokens their tokens, sentence ends included
 * @param bits the bits of each unit, in file order
 */
public record CandidateRow(
    String system,
    int candidate,
    String source,
    boolean best,
    double averageBits,
    long modelBytes,
    OptionalDouble predicted,
    double klNats,
    double devPerplexity,
    long tokens,
    String bits) {}
