package org.bitlattice.lm.training;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Straight-through training on a live network, whose parameters are always table entries G = f(W).
 * An optimiser step makes them G + u, with the update u of the gradient at G; so after it
 *
 * <pre>W ← W + (parameters − G),   (Q, α) ← one alternation at W,   G ← αQ,   parameters ← G</pre>
 *
 * At the start of an averaging the scales are those of the constraint after {@link #SETTLING}
 * alternations, so that W depends on the averaged weights, the tables and the minibatches alone.
 */
public final class StraightThroughStep implements ConstrainedStep {
  /** Alternations from the scales of a round's start to those of averaged weights. */
  public static final int SETTLING = 4;

  private final FollowingTables following = new FollowingTables();
  private final List<Tensor> tensors = new ArrayList<>();
  private final double latentClip;

  /**
   * A step for networks of an architecture.
   *
   * @throws IllegalArgumentException when a table is that of no weight matrix, or has not its rows
   */
  StraightThroughStep(LmArchitecture architecture, StraightThrough constraint) {
    LstmArchitecture lstm = LstmNetwork.requireLstm(architecture);
    FlatLayout layout = new FlatLayout(lstm);
    this.latentClip = constraint.latentClip();
    for (Map.Entry<String, RowTables> entry : constraint.tables().entrySet()) {
      String name = entry.getKey();
      TensorShape shape = Matrices.requireRows(lstm, name, entry.getValue().rows());
      RowTables tables = entry.getValue().inOrder(layout.rowOrder(name, shape.rows()));
      float[] latent = new float[shape.size()];
      float[] entries = following.add(tables, latent);
      tensors.add(
          new Tensor(layout.offset(name), tables, latent, entries, new float[latent.length]));
    }
  }

  /** A matrix in the order of DL4J's parameters: W, G, and what an optimiser step made of G. */
  private record Tensor(
      int offset, RowTables tables, float[] latent, float[] entries, float[] moved) {}

  @Override
  public void begin(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    tensors.forEach(tensor -> parameters.get(tensor.offset(), tensor.latent()));
    following.alternate(SETTLING);
    putEntries(parameters);
  }

  @Override
  public void apply(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    for (Tensor tensor : tensors) {
      parameters.get(tensor.offset(), tensor.moved());
      update(tensor.latent(), tensor.moved(), tensor.entries());
      if (latentClip < Double.POSITIVE_INFINITY) {
        clip(tensor);
      }
    }
    following.alternate(1);
    putEntries(parameters);
  }

  private void putEntries(FloatBuffer parameters) {
    tensors.forEach(tensor -> parameters.put(tensor.offset(), tensor.entries()));
  }

  @Override
  public void end(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    tensors.forEach(tensor -> parameters.put(tensor.offset(), tensor.latent()));
  }

  private static void update(float[] latent, float[] moved, float[] entries) {
    for (int i = 0; i < latent.length; i++) {
      latent[i] += moved[i] - entries[i];
    }
  }

  private void clip(Tensor tensor) {
    RowTables tables = tensor.tables();
    float[] latent = tensor.latent();
    int columns = latent.length / tables.rows();
    for (int row = 0; row < tables.rows(); row++) {
      if (tables.hasTable(row)) {
        float scale = following.scale(tables.groups()[row]);
        float limit = (float) (latentClip * scale * tables.largestCode(row));
        for (int i = row * columns; i < (row + 1) * columns; i++) {
          latent[i] = Math.max(-limit, Math.min(limit, latent[i]));
        }
      }
    }
  }
}
