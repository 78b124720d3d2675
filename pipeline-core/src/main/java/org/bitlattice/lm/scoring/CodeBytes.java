package org.bitlattice.lm.scoring;

import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;

/**
 * Codes as digits of bytes: code = {@code step} · digit − {@code shift}, the first code of a byte
 * being its lowest digit. Every row begins a byte of its own; digits beyond its end are 0.
 *
 * @param base number of digits, base^codesOfByte at most 256
 * @param codesOfByte digits of a byte
 * @param step difference between codes of neighbouring digits
 * @param shift minus the code of digit 0
 */
record CodeBytes(int base, int codesOfByte, int step, int shift) {
  /** The packing of codes of a precision of up to 8 bits. */
  static CodeBytes of(Precision precision) {
    return switch (precision) {
      case ONE -> new CodeBytes(2, 8, 2, 1);
      case TWO -> new CodeBytes(3, 5, 1, 1);
      case FOUR -> new CodeBytes(16, 2, 1, 8);
      case EIGHT -> new CodeBytes(256, 1, 1, 128);
      case SIXTEEN, FULL ->
          throw new IllegalArgumentException(
              "codes of %d bits do not fit into bytes".formatted(precision.bits()));
    };
  }

  /** Number of different bytes. */
  int entries() {
    int entries = 1;
    for (int i = 0; i < codesOfByte; i++) {
      entries *= base;
    }
    return entries;
  }

  /** The code at a place of the table of all bytes, {@code codesOfByte} places a byte. */
  int code(int place) {
    int rest = place / codesOfByte;
    for (int i = place % codesOfByte; i > 0; i--) {
      rest /= base;
    }
    return step * (rest % base) - shift;
  }

  int bytesOfRow(int columns) {
    return (columns + codesOfByte - 1) / codesOfByte;
  }

  /** The codes of a matrix, row by row. */
  byte[] pack(QuantizedTensor tensor) {
    int columns = tensor.columns();
    int bytesOfRow = bytesOfRow(columns);
    byte[] packed = new byte[Math.multiplyExact(tensor.rows(), bytesOfRow)];
    short[] codes = tensor.codes();
    for (int row = 0; row < tensor.rows(); row++) {
      for (int column = columns - 1; column >= 0; column--) {
        int at = row * bytesOfRow + column / codesOfByte;
        int digit = (codes[row * columns + column] + shift) / step;
        packed[at] = (byte) ((packed[at] & 0xFF) * base + digit);
      }
    }
    return packed;
  }
}
