package org.bitlattice.quant;

/**
 * Codes as bytes, row by row across the whole tensor, without padding between rows. Within a byte
 * the first code takes the lowest place.
 *
 * <pre>
 * 1 bit    8 codes a byte; bit 1 is +1, bit 0 is −1
 * 2 bits   5 ternary codes a byte (1.6 bits): Σ (code_i + 1)·3^i, at most 242
 * 4 bits   2 codes a byte, two's complement; −8 does not occur
 * 8 bits   a signed byte; −128 does not occur
 * 16 bits  little endian; −32768 does not occur
 * </pre>
 *
 * Places of the last byte beyond the last code are 0.
 */
final class CodePacking {
  private static final int TERNARY_CODES = 5;
  private static final int TERNARY_LIMIT = 243;

  private CodePacking() {}

  /** Number of bytes of {@code count} codes. */
  static long bytes(Precision precision, long count) {
    return switch (precision) {
      case ONE -> (count + 7) / 8;
      case TWO -> (count + TERNARY_CODES - 1) / TERNARY_CODES;
      case FOUR -> (count + 1) / 2;
      case EIGHT -> count;
      case SIXTEEN -> 2 * count;
      case FULL -> throw new IllegalArgumentException("full precision has no codes to pack");
    };
  }

  /** Packs codes that lie in the table of the precision. */
  static byte[] pack(Precision precision, short[] codes) {
    byte[] packed = new byte[Math.toIntExact(bytes(precision, codes.length))];
    switch (precision) {
      case ONE -> {
        for (int i = 0; i < codes.length; i++) {
          packed[i >> 3] |= (byte) ((codes[i] > 0 ? 1 : 0) << (i & 7));
        }
      }
      case TWO -> packTernary(codes, packed);
      case FOUR -> {
        for (int i = 0; i < codes.length; i++) {
          packed[i >> 1] |= (byte) ((codes[i] & 0xf) << (4 * (i & 1)));
        }
      }
      case EIGHT -> {
        for (int i = 0; i < codes.length; i++) {
          packed[i] = (byte) codes[i];
        }
      }
      default -> {
        for (int i = 0; i < codes.length; i++) {
          packed[2 * i] = (byte) codes[i];
          packed[2 * i + 1] = (byte) (codes[i] >> 8);
        }
      }
    }
    return packed;
  }

  private static void packTernary(short[] codes, byte[] packed) {
    for (int b = 0; b < packed.length; b++) {
      int value = 0;
      int first = b * TERNARY_CODES;
      for (int i = Math.min(codes.length, first + TERNARY_CODES) - 1; i >= first; i--) {
        value = 3 * value + codes[i] + 1;
      }
      packed[b] = (byte) value;
    }
  }

  /**
   * Unpacks and checks codes.
   *
   * @param where the tensor and its file, for messages
   * @throws IllegalArgumentException when the number of bytes is wrong, a code is outside the table
   *     or a place beyond the last code is not 0
   */
  static short[] unpack(Precision precision, byte[] packed, int count, String where) {
    long expected = bytes(precision, count);
    if (packed.length != expected) {
      throw new IllegalArgumentException(
          "%s: %d bytes of codes; %d codes of %d bits take %d"
              .formatted(where, packed.length, count, precision.bits(), expected));
    }
    short[] codes = new short[count];
    switch (precision) {
      case ONE -> {
        for (int i = 0; i < count; i++) {
          codes[i] = (short) (((packed[i >> 3] >> (i & 7)) & 1) == 1 ? 1 : -1);
        }
        requireNoRest(count % 8 == 0 ? 0 : (packed[count >> 3] & 0xff) >> (count & 7), where);
      }
      case TWO -> unpackTernary(packed, codes, where);
      case FOUR -> {
        for (int i = 0; i < count; i++) {
          codes[i] = (short) ((byte) (packed[i >> 1] << (4 - 4 * (i & 1))) >> 4);
          requireInTable(codes[i], precision, i, where);
        }
        requireNoRest(count % 2 == 0 ? 0 : (packed[count >> 1] & 0xff) >> 4, where);
      }
      case EIGHT -> {
        for (int i = 0; i < count; i++) {
          codes[i] = packed[i];
          requireInTable(codes[i], precision, i, where);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          codes[i] = (short) ((packed[2 * i] & 0xff) | (packed[2 * i + 1] << 8));
          requireInTable(codes[i], precision, i, where);
        }
      }
    }
    return codes;
  }

  private static void unpackTernary(byte[] packed, short[] codes, String where) {
    for (int b = 0; b < packed.length; b++) {
      int value = packed[b] & 0xff;
      if (value >= TERNARY_LIMIT) {
        throw new IllegalArgumentException(
            "%s: byte %d of the ternary codes is %d; the largest is %d"
                .formatted(where, b, value, TERNARY_LIMIT - 1));
      }
      int end = Math.min(codes.length, (b + 1) * TERNARY_CODES);
      for (int i = b * TERNARY_CODES; i < end; i++) {
        codes[i] = (short) (value % 3 - 1);
        value /= 3;
      }
      requireNoRest(value, where);
    }
  }

  private static void requireInTable(int code, Precision precision, int index, String where) {
    if (code < -precision.maxCode()) {
      throw new IllegalArgumentException(
          "%s: code %d at index %d is outside the %d-bit table, which ends at ±%d"
              .formatted(where, code, index, precision.bits(), precision.maxCode()));
    }
  }

  private static void requireNoRest(int rest, String where) {
    if (rest != 0) {
      throw new IllegalArgumentException(
          "%s: the last byte of the codes goes on after the last code; its rest must be 0"
              .formatted(where));
    }
  }
}
