package org.bitlattice.lm.training;

import java.util.Map;

/**
 * Loss of a minibatch and its gradient.
 *
 * @param lossNatsPerToken mean negative log likelihood per token, in nats
 * @param gradient derivative of that mean for each tensor of the architecture, in its layout
 * @param tokens predicted tokens
 */
public record LossAndGradient(
    double lossNatsPerToken, Map<String, float[]> gradient, long tokens) {}
