package org.bitlattice.lowbit;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.WeightConstraint;
import org.bitlattice.quant.PackedModel;

/**
 * Where low-bit training stands between two rounds. A round trains W under {@link #constraint}
 * elsewhere; {@link #next} takes the weights that came of it. Values: a round gives a new one.
 */
public sealed interface LowBitState extends Serializable
    permits AdmmState, StraightThroughState, FrozenCodes {
  /** W: the trained weights behind the tables, and the vectors of the model. */
  LmWeights weights();

  /** What the optimiser steps of the next round obey. */
  WeightConstraint constraint();

  /**
   * The state after a round.
   *
   * @param averaged W as the round's workers left it
   * @throws IllegalArgumentException when the weights belong to another architecture
   */
  LowBitState next(LmWeights averaged);

  /** The low-bit model: table entries for quantized tensors, W for all others. */
  PackedModel quantizedModel();

  /** Residuals of the last round; empty before the first and after a checkpoint was read. */
  Optional<AdmmResiduals> residuals();

  /** ‖W − G‖ / ‖W‖ as W and the table entries G are now, over all quantized tensors. */
  double primalResidual();

  /** Penalty weight γ of the next round, where the method has one. */
  OptionalDouble penalty();
}
