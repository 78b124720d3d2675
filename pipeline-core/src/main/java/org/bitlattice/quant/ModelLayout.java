package org.bitlattice.quant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.Safetensors;
import org.bitlattice.lm.Safetensors.Entry;
import org.bitlattice.lm.TensorShape;

/**
 * Which tensors a {@code model.safetensors} file holds. Full-precision tensors have PyTorch's name
 * and shape; a quantized tensor {@code t} is {@code t.scales} (F32 or F16, one for each unit or
 * row) and {@code t.codes} (U8). F32 comes before F16 and that before U8, so that every number is
 * aligned.
 */
final class ModelLayout {
  private static final String CODES = ".codes";
  private static final String SCALES = ".scales";

  /** Bytes of the length field before the header. */
  private static final int LENGTH_FIELD = 8;

  private ModelLayout() {}

  static String codesOf(String tensor) {
    return tensor + CODES;
  }

  static String scalesOf(String tensor) {
    return tensor + SCALES;
  }

  /** Entries in file order; tensors that {@code stored} does not name are in full precision. */
  static List<Entry> entries(LmArchitecture architecture, Map<String, TensorStorage> stored) {
    List<Entry> floats = new ArrayList<>();
    List<Entry> halves = new ArrayList<>();
    List<Entry> codes = new ArrayList<>();
    for (TensorShape shape : architecture.tensors()) {
      TensorStorage storage = stored.get(shape.name());
      if (storage != null && storage.quantized()) {
        String scales = scalesOf(shape.name());
        switch (storage.scales().format()) {
          case FP32 -> floats.add(Entry.floats(scales, storage.scaleCount()));
          case FP16 -> halves.add(Entry.halves(scales, storage.scaleCount()));
        }
        codes.add(Entry.bytes(codesOf(shape.name()), codeBytes(shape, storage)));
      } else if (shape.quantizable()) {
        floats.add(Entry.floats(shape.name(), shape.rows(), shape.columns()));
      } else {
        floats.add(Entry.floats(shape.name(), shape.columns()));
      }
    }
    floats.addAll(halves);
    floats.addAll(codes);
    return floats;
  }

  private static int codeBytes(TensorShape shape, TensorStorage storage) {
    long bytes = storage.codeBytes(shape.columns());
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the codes of the tensor %s take %d bytes; a tensor has fewer than 2^31"
              .formatted(shape.name(), bytes));
    }
    return (int) bytes;
  }

  /**
   * Length of the header of every file of this architecture: what its longest one needs, with all
   * matrices at 16 bits and a scale for each row, and offsets of the most digits.
   */
  static int headerLength(LmArchitecture architecture) {
    List<Entry> longest = new ArrayList<>();
    long largestOffset = 0;
    for (TensorShape shape : architecture.tensors()) {
      largestOffset += (long) shape.size() * StoredSize.FLOAT_BYTES;
      if (shape.quantizable()) {
        largestOffset += (long) shape.rows() * StoredSize.FLOAT_BYTES;
        longest.add(Entry.floats(scalesOf(shape.name()), shape.rows()));
        longest.add(
            Entry.bytes(codesOf(shape.name()), (int) Math.min(2L * shape.size(), MAX_BYTES)));
      } else {
        longest.add(Entry.floats(shape.name(), shape.columns()));
      }
    }
    return Safetensors.headerLengthAtMost(longest, largestOffset);
  }

  /** A byte tensor cannot be longer, and no number with more digits occurs. */
  private static final int MAX_BYTES = Integer.MAX_VALUE;

  /** Bytes before the first tensor. */
  static long headerBytes(LmArchitecture architecture) {
    return (long) LENGTH_FIELD + headerLength(architecture);
  }
}
