package org.bitlattice.lm.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Quantization tables whose scales follow the weights W of their matrices. One {@linkplain
 * #alternate alternation} takes the nearest codes Q of W at the scales there are (ties to even),
 * and then for each group of rows the scale that fits them best, α ← ⟨W,Q⟩/⟨Q,Q⟩; the entries are G
 * = αQ. Arrays of weights are those given, so they may change in between.
 */
public final class FollowingTables {
  /** x + ROUNDER − ROUNDER is the whole number nearest to x, ties to even, for |x| below 2²². */
  private static final float ROUNDER = 12_582_912f;

  /** One matrix; rows lie one after another. */
  private record Matrix(RowTables tables, int columns, float[] weights, float[] entries) {}

  private final List<Matrix> matrices = new ArrayList<>();
  private float[] scales = new float[0];
  private double[] weightCode = new double[0];
  private double[] codeCode = new double[0];

  /**
   * Adds a matrix.
   *
   * @param tables its rows' tables with the scales to start from
   * @param weights W, row by row; not copied
   * @return G, row by row, once an alternation was done; not a copy either
   * @throws IllegalArgumentException when the weights are not that many rows
   */
  public float[] add(RowTables tables, float[] weights) {
    if (weights.length % tables.rows() != 0) {
      throw new IllegalArgumentException(
          "%d weights cannot be those of %d rows".formatted(weights.length, tables.rows()));
    }
    float[] entries = new float[weights.length];
    matrices.add(new Matrix(tables, weights.length / tables.rows(), weights, entries));
    for (int row = 0; row < tables.rows(); row++) {
      if (tables.groups()[row] >= scales.length) {
        scales = Arrays.copyOf(scales, Math.max(2 * scales.length, tables.groups()[row] + 1));
      }
      scales[tables.groups()[row]] = tables.scales()[row];
    }
    weightCode = new double[scales.length];
    codeCode = new double[scales.length];
    return entries;
  }

  /** The scale α of a group. */
  public float scale(int group) {
    return scales[group];
  }

  /**
   * Takes codes at the scales, and then the scales that fit them best.
   *
   * @param times how often; only the last codes make entries
   */
  public void alternate(int times) {
    for (int i = 0; i < times; i++) {
      Arrays.fill(weightCode, 0);
      Arrays.fill(codeCode, 0);
      matrices.forEach(this::takeCodes);
      fitScales();
    }
    matrices.forEach(this::makeEntries);
  }

  private void takeCodes(Matrix matrix) {
    RowTables tables = matrix.tables();
    for (int row = 0; row < tables.rows(); row++) {
      if (tables.hasTable(row)) {
        int group = tables.groups()[row];
        int from = row * matrix.columns();
        if (scales[group] == 0) {
          scales[group] = largest(matrix.weights(), from, matrix.columns());
        }
        if (tables.bits()[row] == 1) {
          takeSigns(matrix, from, group);
        } else {
          takeCodes(matrix, from, group, tables.largestCode(row));
        }
      }
    }
  }

  private static float largest(float[] weights, int from, int columns) {
    float largest = 0;
    for (int i = from; i < from + columns; i++) {
      largest = Math.max(largest, Math.abs(weights[i]));
    }
    return largest;
  }

  private void takeSigns(Matrix matrix, int from, int group) {
    float[] weights = matrix.weights();
    float[] codes = matrix.entries();
    double sum = 0;
    for (int i = from; i < from + matrix.columns(); i++) {
      codes[i] = weights[i] < 0 ? -1 : 1;
      sum += Math.abs(weights[i]);
    }
    weightCode[group] += sum;
    codeCode[group] += matrix.columns();
  }

  private void takeCodes(Matrix matrix, int from, int group, int largestCode) {
    int end = from + matrix.columns();
    float perScale = scales[group] == 0 ? 0 : 1 / scales[group];
    if (perScale == Float.POSITIVE_INFINITY) {
      perScale = Float.MAX_VALUE;
    }
    nearest(matrix.weights(), matrix.entries(), from, end, perScale, largestCode);
    addSums(matrix.weights(), matrix.entries(), from, end, group);
  }

  /** Loops that the compiler turns into vector code. */
  private static void nearest(
      float[] weights, float[] codes, int from, int end, float perScale, float largestCode) {
    for (int i = from; i < end; i++) {
      float code = (weights[i] * perScale + ROUNDER) - ROUNDER;
      codes[i] = Math.max(-largestCode, Math.min(largestCode, code));
    }
  }

  /** Four sums side by side, so that they need not wait for each other. */
  private void addSums(float[] weights, float[] codes, int from, int end, int group) {
    double sum = 0;
    double sum2 = 0;
    double squares = 0;
    double squares2 = 0;
    int i = from;
    for (; i + 1 < end; i += 2) {
      double code = codes[i];
      double code2 = codes[i + 1];
      sum += weights[i] * code;
      sum2 += weights[i + 1] * code2;
      squares += code * code;
      squares2 += code2 * code2;
    }
    if (i < end) {
      sum += weights[i] * (double) codes[i];
      squares += codes[i] * (double) codes[i];
    }
    weightCode[group] += sum + sum2;
    codeCode[group] += squares + squares2;
  }

  /** A scale so large that all codes are 0 is halved. */
  private void fitScales() {
    for (int group = 0; group < scales.length; group++) {
      scales[group] =
          codeCode[group] > 0 ? (float) (weightCode[group] / codeCode[group]) : scales[group] / 2;
    }
  }

  private void makeEntries(Matrix matrix) {
    RowTables tables = matrix.tables();
    float[] entries = matrix.entries();
    for (int row = 0; row < tables.rows(); row++) {
      int from = row * matrix.columns();
      if (tables.hasTable(row)) {
        float scale = scales[tables.groups()[row]];
        for (int i = from; i < from + matrix.columns(); i++) {
          entries[i] *= scale;
        }
      } else {
        System.arraycopy(matrix.weights(), from, entries, from, matrix.columns());
      }
    }
  }
}
