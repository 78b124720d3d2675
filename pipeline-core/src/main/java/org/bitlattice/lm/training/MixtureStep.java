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
 * {@link MixedTables} on a live network, whose parameters are always mixtures M = Σ_n a_n f_n(W).
 * An optimiser step makes them M + u, with the update u of the gradient at M; so after it
 *
 * <pre>W ← W + (parameters − M),   each f_n ← one alternation at W,   parameters ← M of the next a
 * </pre>
 *
 * This is the straight-through estimate: every f_n passes the gradient on as it is, and the shares
 * a_n add up to 1. At the start of an averaging scales are those of the constraint after {@link
 * StraightThroughStep#SETTLING} alternations.
 */
final class MixtureStep implements ConstrainedStep {
  private final PrecisionShares shares;

  /** One for each precision. */
  private final List<FollowingTables> following = new ArrayList<>();

  private final List<Tensor> tensors = new ArrayList<>();

  /**
   * A step for networks of an architecture.
   *
   * @throws IllegalArgumentException when tables are those of no weight matrix, have not its rows,
   *     or when matrices have different numbers of precisions
   */
  MixtureStep(LmArchitecture architecture, MixedTables constraint) {
    LstmArchitecture lstm = LstmNetwork.requireLstm(architecture);
    FlatLayout layout = new FlatLayout(lstm);
    this.shares = constraint.shares();
    for (Map.Entry<String, MixedRows> entry : constraint.rows().entrySet()) {
      String name = entry.getKey();
      TensorShape shape = Matrices.requireRows(lstm, name, entry.getValue().units().length);
      MixedRows rows = entry.getValue().inOrder(layout.rowOrder(name, shape.rows()));
      tensors.add(new Tensor(layout.offset(name), rows, shape.columns(), follow(rows, shape)));
    }
  }

  /** Adds a matrix to the tables of each precision. */
  private Followed follow(MixedRows rows, TensorShape shape) {
    while (tensors.isEmpty() && following.size() < rows.tables().size()) {
      following.add(new FollowingTables());
    }
    if (following.size() != rows.tables().size()) {
      throw new IllegalArgumentException(
          "%s has tables of %d precisions; other matrices have %d"
              .formatted(shape.name(), rows.tables().size(), following.size()));
    }
    float[] latent = new float[shape.size()];
    List<float[]> entries = new ArrayList<>();
    for (int n = 0; n < following.size(); n++) {
      entries.add(following.get(n).add(rows.tables().get(n), latent));
    }
    return new Followed(latent, entries, new float[latent.length], new float[latent.length]);
  }

  /**
   * Values in the order of DL4J's parameters.
   *
   * @param latent W
   * @param entries f_n(W) of each precision
   * @param mixed M
   * @param moved what an optimiser step made of M
   */
  private record Followed(float[] latent, List<float[]> entries, float[] mixed, float[] moved) {}

  private record Tensor(int offset, MixedRows rows, int columns, Followed values) {
    void mix(double[][] shares) {
      float[] mixed = values.mixed();
      for (int row = 0; row < rows.units().length; row++) {
        double[] own = shares[rows.units()[row]];
        int from = row * columns;
        for (int n = 0; n < own.length; n++) {
          float share = (float) own[n];
          float[] entries = values.entries().get(n);
          if (n == 0) {
            for (int i = from; i < from + columns; i++) {
              mixed[i] = share * entries[i];
            }
          } else {
            for (int i = from; i < from + columns; i++) {
              mixed[i] += share * entries[i];
            }
          }
        }
      }
    }
  }

  @Override
  public void begin(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    tensors.forEach(tensor -> parameters.get(tensor.offset(), tensor.values().latent()));
    following.forEach(tables -> tables.alternate(StraightThroughStep.SETTLING));
    putMixtures(parameters, network.getIterationCount());
  }

  @Override
  public void apply(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    for (Tensor tensor : tensors) {
      Followed values = tensor.values();
      parameters.get(tensor.offset(), values.moved());
      update(values.latent(), values.moved(), values.mixed());
    }
    following.forEach(tables -> tables.alternate(1));
    putMixtures(parameters, network.getIterationCount());
  }

  private void putMixtures(FloatBuffer parameters, long step) {
    double[][] own = shares.at(step);
    for (Tensor tensor : tensors) {
      tensor.mix(own);
      parameters.put(tensor.offset(), tensor.values().mixed());
    }
  }

  @Override
  public void end(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    tensors.forEach(tensor -> parameters.put(tensor.offset(), tensor.values().latent()));
  }

  private static void update(float[] latent, float[] moved, float[] mixed) {
    for (int i = 0; i < latent.length; i++) {
      latent[i] += moved[i] - mixed[i];
    }
  }
}
