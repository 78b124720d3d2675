package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * A training state in DL4J's order of parameters: what is shipped to workers and averaged.
 *
 * @param parameters all weights in one vector
 * @param updaterState the optimiser's state in one vector; empty when it has none yet
 * @param iterations optimiser steps done
 */
public record FlatState(float[] parameters, float[] updaterState, long iterations)
    implements Serializable {}
