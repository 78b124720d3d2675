package org.bitlattice.lm.training;

import java.io.IOException;
import java.io.Serializable;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ModelFiles;

/**
 * Everything that training continues from: weights, the optimiser's state and the number of its
 * steps. A run resumed from a written state continues bit for bit.
 *
 * @param weights the model
 * @param updaterState the optimiser's state as DL4J lays it out; empty before the first step. For
 *     Adam: the mean gradients of all parameters, then the mean squared gradients
 * @param iterations optimiser steps done by each worker
 */
public record TrainingState(LmWeights weights, float[] updaterState, long iterations)
    implements Serializable {
  public TrainingState {
    if (iterations < 0 || iterations > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the number of optimiser steps is %d; it must lie between 0 and %d"
              .formatted(iterations, Integer.MAX_VALUE));
    }
  }

  /** The state before the first step from the given weights. */
  public static TrainingState start(LmWeights weights) {
    return new TrainingState(weights, new float[0], 0);
  }

  /** The same optimiser state with other weights. */
  public TrainingState withWeights(LmWeights changed) {
    return new TrainingState(changed, updaterState, iterations);
  }

  /** The state in DL4J's parameter order. */
  public FlatState flat() {
    FlatLayout layout = new FlatLayout(LstmNetwork.requireLstm(weights.architecture()));
    return new FlatState(layout.flatten(weights), updaterState, iterations);
  }

  /**
   * The state of a model in DL4J's parameter order.
   *
   * @throws IllegalArgumentException when a weight is NaN or infinite, naming its tensor
   */
  public static TrainingState of(LmArchitecture architecture, FlatState flat) {
    FlatLayout layout = new FlatLayout(LstmNetwork.requireLstm(architecture));
    return new TrainingState(
        layout.weights(flat.parameters()), flat.updaterState(), flat.iterations());
  }

  /** Writes the state as one file of a folder, replacing an earlier one. */
  public void write(ModelFiles files, String name) throws IOException {
    CheckpointFile.write(files, name, this);
  }

  /**
   * Reads a state written by {@link #write}.
   *
   * @throws IllegalArgumentException when the file is not a complete, undamaged state of this
   *     architecture
   */
  public static TrainingState read(ModelFiles files, String name, LmArchitecture architecture)
      throws IOException {
    return CheckpointFile.read(files, name, architecture);
  }
}
