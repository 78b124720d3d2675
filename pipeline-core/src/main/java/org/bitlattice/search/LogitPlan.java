package org.bitlattice.search;

import java.io.Serializable;

/**
 * The logit steps of a round.
 *
 * @param relaxation whether mixtures are drawn with noise
 * @param temperature τ
 * @param learningRate of Adam
 * @param steps how many on each held-out shard, at least 1
 * @param minibatchSegments segments of a minibatch, at least 1
 * @param seed of the noise and of the order of segments
 */
public record LogitPlan(
    Relaxation relaxation,
    double temperature,
    double learningRate,
    int steps,
    int minibatchSegments,
    long seed)
    implements Serializable {}
