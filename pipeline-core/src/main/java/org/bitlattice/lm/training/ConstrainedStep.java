package org.bitlattice.lm.training;

import org.bitlattice.lm.LmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A {@link WeightConstraint} at work on one live network, from one averaging to the next. The
 * parameters that the network has before {@link #begin} and after {@link #end} are those that are
 * averaged and written to checkpoints; in between they may be others.
 */
public sealed interface ConstrainedStep
    permits ProximalStep, StraightThroughStep, MixtureStep, FrozenStep {
  /** Prepares the network for its first optimiser step. */
  void begin(ComputationGraph network);

  /** Is called after every optimiser step. */
  void apply(ComputationGraph network);

  /** Puts back, after the last step, the parameters that are averaged. */
  void end(ComputationGraph network);

  /**
   * A constraint at work.
   *
   * @param rate the learning rate η of the optimiser steps
   * @throws IllegalArgumentException when the constraint does not fit the architecture
   */
  static ConstrainedStep of(
      LmArchitecture architecture, Optimiser optimiser, double rate, WeightConstraint constraint) {
    if (constraint instanceof ProximalTerm term) {
      return new ProximalStep(architecture, optimiser, rate, term);
    }
    if (constraint instanceof StraightThrough tables) {
      return new StraightThroughStep(architecture, tables);
    }
    if (constraint instanceof MixedTables mixed) {
      return new MixtureStep(architecture, mixed);
    }
    return new FrozenStep(architecture, (FrozenTensors) constraint);
  }
}
