package org.bitlattice.quant;

import java.util.function.Supplier;
import org.bitlattice.lm.JsonObject;

/**
 * Precisions and forms of scales as fields of JSON objects: {@code {"bits": 2, "scope": "row",
 * "scale-format": "fp16"}}.
 */
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
   * The form of scales in the fields {@code scope} and {@code scale-format}; without the second one
   * scales are in single precision.
   *
   * @throws IllegalArgumentException naming document and field when there is no such scope or
   *     format
   */
  public static ScaleForm scales(JsonObject fields) {
    String scope = fields.text("scope");
    ScaleScope found = located(fields, "scope", () -> ScaleScope.ofLabel(scope));
    if (!fields.keys().contains("scale-format")) {
      return ScaleForm.of(found);
    }
    String format = fields.text("scale-format");
    return new ScaleForm(found, located(fields, "scale-format", () -> ScaleFormat.ofLabel(format)));
  }

  private static <T> T located(JsonObject fields, String key, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(fields.where(key), e.getMessage()), e);
    }
  }
}
