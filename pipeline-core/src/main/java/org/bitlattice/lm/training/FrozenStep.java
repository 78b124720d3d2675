package org.bitlattice.lm.training;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Keeps weight matrices of a live network at given values: they are put back after every optimiser
 * step. The matrices that the network had before the first step are there again after the last.
 */
final class FrozenStep implements ConstrainedStep {
  private final Map<Integer, float[]> frozen = new LinkedHashMap<>();
  private final Map<Integer, float[]> before = new LinkedHashMap<>();

  /**
   * @throws IllegalArgumentException when a value is that of no weight matrix, or of another size
   */
  FrozenStep(LmArchitecture architecture, FrozenTensors constraint) {
    LstmArchitecture lstm = LstmNetwork.requireLstm(architecture);
    FlatLayout layout = new FlatLayout(lstm);
    constraint
        .values()
        .forEach(
            (name, values) ->
                frozen.put(
                    layout.offset(name),
                    Matrices.flatten(lstm, layout, "the frozen value of", name, values)));
  }

  @Override
  public void begin(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    frozen.forEach(
        (offset, values) -> {
          float[] kept = new float[values.length];
          parameters.get(offset, kept);
          before.put(offset, kept);
        });
    apply(network);
  }

  @Override
  public void apply(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    frozen.forEach(parameters::put);
  }

  @Override
  public void end(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    before.forEach(parameters::put);
  }
}
