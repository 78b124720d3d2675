package org.bitlattice.jobs.training;

import org.bitlattice.lm.training.TrainingState;

/**
 * What a training round led to.
 *
 * @param state averaged weights and optimiser state to continue from
 * @param trainNllNats mean training loss per token over the round, in nats, dropout on
 * @param tokens predicted tokens of all workers
 */
public record RoundResult(TrainingState state, double trainNllNats, long tokens) {}
