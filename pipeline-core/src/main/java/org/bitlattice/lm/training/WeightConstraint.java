package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * What holds weight matrices near or at the entries of quantization tables while a network is
 * trained. Data that are shipped to workers; {@link ConstrainedStep} is the same at work.
 */
public sealed interface WeightConstraint extends Serializable
    permits ProximalTerm, StraightThrough, MixedTables, FrozenTensors {}
