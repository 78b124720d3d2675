package org.bitlattice.jobs.training;

import java.io.Serializable;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.training.OptimiserSettings;

/**
 * What stays the same in all steps of a round.
 *
 * @param architecture the model's
 * @param settings of the optimiser
 * @param learningRate η of the round
 * @param seed of the whole run
 */
record StepPlan(
    LmArchitecture architecture, OptimiserSettings settings, double learningRate, long seed)
    implements Serializable {}
