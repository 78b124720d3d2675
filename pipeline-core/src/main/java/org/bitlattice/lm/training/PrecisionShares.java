package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * What the weights of each unit are made of in an optimiser step: shares of its tables' entries. A
 * function of the step alone, so that all workers mix alike.
 */
public interface PrecisionShares extends Serializable {
  /**
   * The shares of a step.
   *
   * @param step optimiser steps before it
   * @return by unit, then by precision; not negative, with sum 1 for each unit
   */
  double[][] at(long step);
}
