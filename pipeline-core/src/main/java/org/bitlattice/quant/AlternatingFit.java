package org.bitlattice.quant;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Alternating least squares for the scale of one scope: Q ← nearest codes of V/α, then α ← ⟨V,Q⟩ /
 * ⟨Q,Q⟩. Each half step minimises ‖V − αQ‖² over one of the two, so the objective never rises.
 */
final class AlternatingFit {
  /** Alternations from one start; large scopes move by less than 10⁻⁶ of α long before. */
  private static final int MAX_STEPS = 60;

  /** Relative change of α at which a fit has settled: that of a float's last bit, about 10⁻⁷. */
  private static final double SETTLED = 1e-7;

  /**
   * Starts as parts of max |V| / maxCode: for narrow tables a geometric grid from 2 to 0.08, since
   * clipping pays and small scopes have many local optima; wide tables hardly gain.
   */
  private static final double[] NARROW_STARTS =
      IntStream.range(0, 64).mapToDouble(i -> 2 * Math.pow(0.95, i)).toArray();

  private static final double[] WIDE_STARTS = {1.0, 0.9, 0.8};

  /**
   * How many starts, the best by their first step, are followed to the end. Following all three of
   * a wide table takes another 1 % off the squared error of scopes of 20 values, and nothing off
   * large ones, for three times the passes.
   */
  private static final int NARROW_FOLLOWED = 3;

  private static final int WIDE_FOLLOWED = 1;

  private AlternatingFit() {}

  /** ⟨V,Q⟩ and ⟨Q,Q⟩ of the nearest codes at some scale. */
  record CodeSums(double valueCode, double codeCode) {
    /** The scale that fits these codes best. */
    double scale() {
      return valueCode / codeCode;
    }

    /** By how much the codes at their best scale lower ‖V‖². */
    double gain() {
      return valueCode * valueCode / codeCode;
    }
  }

  /** Code sums of a scope as a function of the scale. */
  interface Codes {
    CodeSums at(double scale);

    float largest();
  }

  /** The best scale found from the starts that suit the table's width; V must hold a value ≠ 0. */
  static double fromSeveralStarts(FitScope scope, int maxCode) {
    boolean narrow = maxCode <= 7;
    Codes codes =
        narrow
            ? new SortedCodes(scope.sortedMagnitudes(), maxCode)
            : new DirectCodes(scope, scope.largest(), maxCode);
    double widest = (double) codes.largest() / maxCode;
    double[] promising =
        Arrays.stream(narrow ? NARROW_STARTS : WIDE_STARTS)
            .mapToObj(start -> step(codes, start * widest))
            .sorted((a, b) -> Double.compare(b.gain(), a.gain()))
            .limit(narrow ? NARROW_FOLLOWED : WIDE_FOLLOWED)
            .mapToDouble(CodeSums::scale)
            .toArray();
    return best(codes, promising);
  }

  /** The scale that alternation reaches from one start. */
  static double from(FitScope scope, int maxCode, double start) {
    return settle(new DirectCodes(scope, scope.largest(), maxCode), start).scale();
  }

  private static double best(Codes codes, double[] starts) {
    CodeSums best = settle(codes, starts[0]);
    for (int i = 1; i < starts.length; i++) {
      CodeSums end = settle(codes, starts[i]);
      if (end.gain() > best.gain()) {
        best = end;
      }
    }
    return best.scale();
  }

  private static CodeSums settle(Codes codes, double start) {
    CodeSums sums = step(codes, start);
    for (int i = 1; i < MAX_STEPS; i++) {
      double scale = sums.scale();
      sums = step(codes, scale);
      if (Math.abs(sums.scale() - scale) <= SETTLED * scale) {
        break;
      }
    }
    return sums;
  }

  /**
   * One alternation: the sums of the nearest codes at a scale, whose {@link CodeSums#scale()} is
   * the next scale. A scale so large that every code is 0 is halved first.
   */
  static CodeSums step(Codes codes, double scale) {
    double usable = scale;
    while (codes.largest() / usable < 0.5) {
      usable /= 2;
    }
    return codes.at(usable);
  }

  /** Sums by one pass over the values: the plain way, and the cheaper one for wide tables. */
  record DirectCodes(FitScope scope, float largest, int maxCode) implements Codes {
    @Override
    public CodeSums at(double scale) {
      double valueCode = 0;
      double codeCode = 0;
      for (FitScope.Run run : scope.runs()) {
        float[] values = run.values();
        for (int i = run.from(); i < run.to(); i++) {
          double magnitude = Math.abs(values[i]);
          double code = (int) Math.min(maxCode, magnitude / scale + 0.5);
          valueCode += magnitude * code;
          codeCode += code * code;
        }
      }
      return new CodeSums(valueCode, codeCode);
    }
  }

  /**
   * Sums from sorted magnitudes: code j and above begin at the threshold (j − ½)α, so a step costs
   * maxCode binary searches instead of a pass. From j − 1 to j, ⟨V,Q⟩ grows by v and ⟨Q,Q⟩ by 2j −
   * 1.
   */
  static final class SortedCodes implements Codes {
    /** Prefix sums are kept for every 64th magnitude, which keeps them small beside the values. */
    private static final int BLOCK = 64;

    private final float[] ascending;
    private final double[] blockSums;
    private final double total;
    private final int maxCode;

    SortedCodes(float[] ascending, int maxCode) {
      this.ascending = ascending;
      this.maxCode = maxCode;
      this.blockSums = new double[ascending.length / BLOCK + 1];
      double sum = 0;
      for (int i = 0; i < ascending.length; i++) {
        if (i % BLOCK == 0) {
          blockSums[i / BLOCK] = sum;
        }
        sum += ascending[i];
      }
      if (ascending.length % BLOCK == 0) {
        blockSums[ascending.length / BLOCK] = sum;
      }
      this.total = sum;
    }

    @Override
    public float largest() {
      return ascending[ascending.length - 1];
    }

    @Override
    public CodeSums at(double scale) {
      double valueCode = 0;
      double codeCode = 0;
      for (int j = 1; j <= maxCode; j++) {
        int first = firstAtLeast((j - 0.5) * scale);
        if (first == ascending.length) {
          break;
        }
        valueCode += total - sumBefore(first);
        codeCode += (2.0 * j - 1) * (ascending.length - first);
      }
      return new CodeSums(valueCode, codeCode);
    }

    private int firstAtLeast(double threshold) {
      int low = 0;
      int high = ascending.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (ascending[middle] >= threshold) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }

    private double sumBefore(int index) {
      double sum = blockSums[index / BLOCK];
      for (int i = index - index % BLOCK; i < index; i++) {
        sum += ascending[i];
      }
      return sum;
    }
  }
}
