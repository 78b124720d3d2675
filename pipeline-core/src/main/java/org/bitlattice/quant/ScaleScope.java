package org.bitlattice.quant;

import java.util.Locale;

/** The set of weights that share one scale α of a quantization table. */
public enum ScaleScope {
  /** One scale for a whole tensor (the paper's "layer"). */
  TENSOR,
  /** One scale for each row of a tensor (the paper's "node"). */
  ROW;

  /** The scope's name in settings and files: {@code tensor} or {@code row}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The scope with a {@linkplain #label label}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ScaleScope ofLabel(String label) {
    for (ScaleScope scope : values()) {
      if (scope.label().equals(label)) {
        return scope;
      }
    }
    throw new IllegalArgumentException(
        "\"%s\" is not a scope of scales; it must be tensor or row".formatted(label));
  }
}
