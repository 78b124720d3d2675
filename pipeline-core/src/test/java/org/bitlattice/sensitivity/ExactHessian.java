package org.bitlattice.sensitivity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ReferenceLstm;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.WeightUnit;

/**
 * The Hessian of the mean loss per token of a tiny model with respect to all weights of its
 * matrices, by second differences of the double-precision reference. Weights are multiples of the
 * step, a power of two, so that all points are exact in single precision and symmetric.
 */
final class ExactHessian {
  static final float STEP = 1f / 1024;

  private final List<TensorShape> matrices;
  private final double[][] hessian;

  private ExactHessian(List<TensorShape> matrices, double[][] hessian) {
    this.matrices = matrices;
    this.hessian = hessian;
  }

  /** A weight of a matrix. */
  private record Place(String tensor, int index) {}

  /** The weights rounded to multiples of the step. */
  static LmWeights onGrid(LmWeights weights) {
    Map<String, float[]> rounded = new LinkedHashMap<>();
    for (TensorShape shape : weights.architecture().tensors()) {
      float[] values = weights.tensor(shape.name()).clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.round(values[i] / STEP) * STEP;
      }
      rounded.put(shape.name(), values);
    }
    return LmWeights.of(weights.architecture(), rounded);
  }

  static ExactHessian of(LmWeights weights, List<int[]> segments) {
    LmArchitecture architecture = weights.architecture();
    Map<String, float[]> tensors = new LinkedHashMap<>();
    architecture.tensors().forEach(s -> tensors.put(s.name(), weights.tensor(s.name()).clone()));
    LmWeights moving = LmWeights.of(architecture, tensors);
    List<Place> places = new ArrayList<>();
    for (TensorShape shape : architecture.quantizable()) {
      for (int i = 0; i < shape.size(); i++) {
        places.add(new Place(shape.name(), i));
      }
    }
    int n = places.size();
    double[][] hessian = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int[] sign : new int[][] {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}) {
          move(tensors, places.get(i), sign[0]);
          move(tensors, places.get(j), sign[1]);
          sum += sign[0] * sign[1] * ReferenceLstm.lossPerToken(moving, segments);
          move(tensors, places.get(i), -sign[0]);
          move(tensors, places.get(j), -sign[1]);
        }
        hessian[i][j] = sum / (4.0 * STEP * STEP);
        hessian[j][i] = hessian[i][j];
      }
    }
    return new ExactHessian(architecture.quantizable(), hessian);
  }

  private static void move(Map<String, float[]> tensors, Place place, int steps) {
    tensors.get(place.tensor())[place.index()] += steps * STEP;
  }

  /** Number of weights. */
  int size() {
    return hessian.length;
  }

  private int first(WeightUnit unit) {
    int before = 0;
    for (TensorShape shape : matrices) {
      if (shape.equals(unit.tensor())) {
        return before + unit.from() * shape.columns();
      }
      before += shape.size();
    }
    throw new AssertionError(unit);
  }

  /** Tr(H_u). */
  double trace(WeightUnit unit) {
    double trace = 0;
    for (int i = first(unit); i < first(unit) + unit.weights(); i++) {
      trace += hessian[i][i];
    }
    return trace;
  }

  /** v_uᵀ(Hv)_u. */
  double form(WeightUnit unit, Map<String, float[]> signs) {
    double[] flat = new double[hessian.length];
    int place = 0;
    for (TensorShape shape : matrices) {
      for (float sign : signs.get(shape.name())) {
        flat[place++] = sign;
      }
    }
    double form = 0;
    for (int i = first(unit); i < first(unit) + unit.weights(); i++) {
      for (int j = 0; j < flat.length; j++) {
        form += flat[i] * hessian[i][j] * flat[j];
      }
    }
    return form;
  }

  /** Signs of every matrix out of one vector over all of them. */
  Map<String, float[]> split(double[] flat) {
    Map<String, float[]> signs = new LinkedHashMap<>();
    int place = 0;
    for (TensorShape shape : matrices) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) flat[place++];
      }
      signs.put(shape.name(), values);
    }
    return signs;
  }
}
