package org.bitlattice.quant;

import java.util.function.Supplier;
import org.bitlattice.lm.JsonObject;

/** Precisions and scopes as fields of JSON objects: {@code {"bits": 2, "scope": "row"}}. */
public final class PrecisionJson {
  private PrecisionJson() {}

  /**
   * The precision in the field {@code bits}.
   *
   * @throws IllegalArgumentException naming document and field when there is no such precision
   */
  public static Precision bits(JsonObject fields) {
    int bits = fields.integer("bits", Integer.MIN_VALUE, Integer.MAX_VALUE);
    return located(fields, "bits", () -> Precision.ofBits(bits));
  }

  /**
   * The scope in the field {@code scope}.
   *
   * @throws IllegalArgumentException naming document and field when there is no such scope
   */
  public static ScaleScope scope(JsonObject fields) {
    String label = fields.text("scope");
    return located(fields, "scope", () -> ScaleScope.ofLabel(label));
  }

  private static <T> T located(JsonObject fields, String key, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(fields.where(key), e.getMessage()), e);
    }
  }
}
