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
 * and shape; a quantized tensor {@code t} is {@code t.scales} (F32, one or one for each row) and
 * {@code t.codes} (U8). Floats come before bytes, so that every float is aligned.
 */
final class ModelLayout {
  private static final String CODES = ".codes";
  private static final String SCALES = ".scales";

  /** Bytes of the length field before the header. */
  private static final int LENGTH_FIELD = 8;

  private ModelLayout() {}

  /** How a tensor is stored; the scope of a full-precision tensor means nothing. */
  record Storage(Precision precision, ScaleScope scope) {
    static final Storage FULL = new Storage(Precision.FULL, ScaleScope.TENSOR);
  }

  static String codesOf(String tensor) {
    return tensor + CODES;
  }

  static String scalesOf(String tensor) {
    return tensor + SCALES;
  }

  /** Entries in file order; tensors that {@code stored} does not name are in full precision. */
  static List<Entry> entries(LmArchitecture architecture, Map<String, Storage> stored) {
    List<Entry> floats = new ArrayList<>();
    List<Entry> codes = new ArrayList<>();
    for (TensorShape shape : architecture.tensors()) {
      Storage storage = stored.getOrDefault(shape.name(), Storage.FULL);
      if (storage.precision().quantized()) {
        int scales = storage.scope() == ScaleScope.TENSOR ? 1 : shape.rows();
        floats.add(Entry.floats(scalesOf(shape.name()), scales));
        codes.add(
            Entry.bytes(
                codesOf(shape.name()),
                Math.toIntExact(CodePacking.bytes(storage.precision(), shape.size()))));
      } else if (shape.quantizable()) {
        floats.add(Entry.floats(shape.name(), shape.rows(), shape.columns()));
      } else {
        floats.add(Entry.floats(shape.name(), shape.columns()));
      }
    }
    floats.addAll(codes);
    return floats;
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
