package org.bitlattice.quant;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The set of weights that share one scale α of a quantization table. */
public enum ScaleScope {
  /** One scale for all units of a model that have the same precision. */
  MODEL,
  /** One scale for each unit: a whole tensor (the paper's "layer") or a block of its rows. */
  TENSOR,
  /** One scale for each row of a tensor (the paper's "node"). */
  ROW;

  /** The scope's name in settings and files: {@code model}, {@code tensor} or {@code row}. */
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
        "\"%s\" is not a scope of scales; allowed are %s"
            .formatted(
                label,
                Arrays.stream(values()).map(ScaleScope::label).collect(Collectors.joining(", "))));
  }
}
