package org.bitlattice.lm.scoring;

import java.util.Optional;

/**
 * The output h = σ(o) ⊙ tanh(c) of an LSTM layer. It lies in [−1, 1], so its 8-bit codes have the
 * fixed scale 1/127: round(127 h), half to even, which depends on nothing else in the batch.
 */
final class LstmOutput implements Activations {
  private static final float SCALE = 1f / 127;

  private final OnnxModel model;
  private final String name;
  private Codes codes;

  LstmOutput(OnnxModel model, String name) {
    this.model = model;
    this.name = name;
  }

  @Override
  public String floats() {
    return name;
  }

  @Override
  public boolean coded() {
    return true;
  }

  @Override
  public Codes codes() {
    if (codes == null) {
      String scale = model.scalar("lstm_output_scale", SCALE);
      String zero = model.unsignedScalar("activation_zero_point", ZERO_POINT);
      String coded = model.node("QuantizeLinear", name + "_codes", name, scale, zero);
      codes = new Codes(coded, SCALE, Optional.empty());
    }
    return codes;
  }
}
