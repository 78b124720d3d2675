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
 * Straight-through training on a live network, whose parameters are always the table entries G =
 * f(W). An optimiser step makes them G + u, with the update u of the gradient at G; so after it
 *
 * <pre>W ← W + (parameters − G),   G ← f(W),   parameters ← G</pre>
 *
 * The tables stay as they are between two averagings, so W depends on the averaged weights, the
 * tables and the minibatches alone.
 */
public final class StraightThroughStep implements ConstrainedStep {
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
      TensorShape shape = Matrices.require(lstm, name);
      RowTables tables = entry.getValue();
      if (tables.rows() != shape.rows()) {
        throw new IllegalArgumentException(
            "the tables of %s are for %d rows; the tensor has %d"
                .formatted(name, tables.rows(), shape.rows()));
      }
      tensors.add(
          new Tensor(
              layout.offset(name), shape, tables.inOrder(layout.rowOrder(name, shape.rows()))));
    }
  }

  @Override
  public void begin(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    for (Tensor tensor : tensors) {
      parameters.get(tensor.offset, tensor.latent);
      tensor.round(latentClip);
      parameters.put(tensor.offset, tensor.entries);
    }
  }

  @Override
  public void apply(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    for (Tensor tensor : tensors) {
      parameters.get(tensor.offset, tensor.moved);
      tensor.update();
      tensor.round(latentClip);
      parameters.put(tensor.offset, tensor.entries);
    }
  }

  @Override
  public void end(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    for (Tensor tensor : tensors) {
      parameters.put(tensor.offset, tensor.latent);
    }
  }

  /** One matrix, in the order of DL4J's parameters. */
  private static final class Tensor {
    private final int offset;
    private final int columns;
    private final RowTables tables;
    private final float[] latent;
    private final float[] entries;
    private final float[] moved;

    Tensor(int offset, TensorShape shape, RowTables tables) {
      this.offset = offset;
      this.columns = shape.columns();
      this.tables = tables;
      this.latent = new float[shape.size()];
      this.entries = new float[shape.size()];
      this.moved = new float[shape.size()];
    }

    /** W ← W + (parameters − G). */
    void update() {
      for (int i = 0; i < latent.length; i++) {
        latent[i] += moved[i] - entries[i];
      }
    }

    /** G ← f(W), after W was clipped. */
    void round(double clip) {
      for (int row = 0; row < tables.rows(); row++) {
        int from = row * columns;
        if (clip < Double.POSITIVE_INFINITY) {
          clip(from, (float) (clip * tables.largestEntry(row)));
        }
        tables.nearest(row, latent, entries, from, columns);
      }
    }

    private void clip(int from, float limit) {
      for (int i = from; i < from + columns; i++) {
        latent[i] = Math.max(-limit, Math.min(limit, latent[i]));
      }
    }
  }
}
