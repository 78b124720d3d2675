package org.bitlattice.quant;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bitlattice.lm.Float16;

/** How the scales of a quantization table are stored. In memory a scale is a float either way. */
public enum ScaleFormat {
  /** IEEE 754 single precision. */
  FP32(4) {
    @Override
    float nearest(double scale) {
      return (float) scale;
    }

    @Override
    float smallest() {
      return Float.MIN_VALUE;
    }
  },
  /** IEEE 754 half precision: 11 significant bits from 2⁻¹⁴ to 65504, fewer below. */
  FP16(2) {
    @Override
    float nearest(double scale) {
      return Float16.nearest(scale);
    }

    @Override
    float smallest() {
      return Float16.SMALLEST;
    }
  };

  private final int bytes;

  ScaleFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a scale. */
  public int bytes() {
    return bytes;
  }

  /** The number of this format nearest to a scale, ties to even; infinite beyond the format. */
  abstract float nearest(double scale);

  /** The smallest positive number of this format. */
  abstract float smallest();

  /**
   * A positive scale as it is stored: rounded to nearest, but never to 0.
   *
   * @param name the tensor, for messages
   * @throws IllegalArgumentException when the scale is larger than any number of the format
   */
  public float stored(String name, double scale) {
    float nearest = Math.max(nearest(scale), smallest());
    if (Float.isInfinite(nearest)) {
      throw new IllegalArgumentException(
          "the tensor %s needs the scale %s, which %s cannot hold; its largest number is %s"
              .formatted(name, scale, label(), this == FP16 ? Float16.LARGEST : Float.MAX_VALUE));
    }
    return nearest;
  }

  /** Whether a scale is a finite number of this format. */
  boolean holds(float scale) {
    return Float.isFinite(scale) && nearest(scale) == scale;
  }

  /** The format's name in settings and files: {@code fp32} or {@code fp16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format with a {@linkplain #label label}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ScaleFormat ofLabel(String label) {
    for (ScaleFormat format : values()) {
      if (format.label().equals(label)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "\"%s\" is not a format of scales; allowed are %s"
            .formatted(
                label,
                Arrays.stream(values()).map(ScaleFormat::label).collect(Collectors.joining(", "))));
  }
}
