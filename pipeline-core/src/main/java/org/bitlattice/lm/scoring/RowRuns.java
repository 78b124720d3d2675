package org.bitlattice.lm.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;

/**
 * Cuts a matrix whose rows have codes of different sizes into runs of rows that one product serves.
 * Only the codes themselves are looked at, {@value #CHUNK_ROWS} rows at a time; a matrix that would
 * fall into more than {@value #MOST_RUNS} runs stays whole.
 */
final class RowRuns {
  private static final int CHUNK_ROWS = 64;
  private static final int MOST_RUNS = 16;

  private RowRuns() {}

  /** Rows {@code from} to {@code to − 1}, whose codes fit into {@code bits} bits. */
  record Run(int from, int to, int bits) {
    int rows() {
      return to - from;
    }
  }

  /**
   * The runs of a matrix, in the order of rows.
   *
   * @param bitsOf bits in which codes of a precision are computed with, not falling with it
   */
  static List<Run> of(QuantizedTensor tensor, ToIntFunction<Precision> bitsOf) {
    List<Run> runs = new ArrayList<>();
    for (int from = 0; from < tensor.rows(); from += CHUNK_ROWS) {
      int to = Math.min(tensor.rows(), from + CHUNK_ROWS);
      Run chunk = new Run(from, to, bitsOf.applyAsInt(narrowest(tensor, from, to)));
      int last = runs.size() - 1;
      if (last >= 0 && runs.get(last).bits() == chunk.bits()) {
        runs.set(last, new Run(runs.get(last).from(), to, chunk.bits()));
      } else {
        runs.add(chunk);
      }
    }
    if (runs.size() > MOST_RUNS) {
      int bits = runs.stream().mapToInt(Run::bits).max().orElseThrow();
      return List.of(new Run(0, tensor.rows(), bits));
    }
    return List.copyOf(runs);
  }

  /** Bits of an integer product with codes of a precision: 8, or 32 for single precision. */
  static int integerBits(Precision precision) {
    return precision.bits() <= 8 ? 8 : Precision.FULL.bits();
  }

  /** The lowest precision that has all codes of rows {@code from} to {@code to − 1}. */
  static Precision narrowest(QuantizedTensor tensor, int from, int to) {
    short[] codes = tensor.codes();
    int largest = 0;
    boolean zero = false;
    for (int i = from * tensor.columns(); i < to * tensor.columns(); i++) {
      largest = Math.max(largest, Math.abs(codes[i]));
      zero |= codes[i] == 0;
    }
    for (Precision precision : Precision.values()) {
      boolean fits = precision.quantized() && largest <= precision.maxCode();
      if (fits && !(precision == Precision.ONE && zero)) {
        return precision;
      }
    }
    throw new IllegalStateException("the code %d belongs to no table".formatted(largest));
  }
}
