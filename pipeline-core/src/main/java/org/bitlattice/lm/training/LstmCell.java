package org.bitlattice.lm.training;

import java.util.Arrays;

/**
 * The pointwise part of an LSTM layer, forward and back, over the tokens of a minibatch. Per token
 * the four gate values lie in the order g (tanh input), f (forget), o (output), i (input):
 *
 * <pre>
 * c = f·c' + i·g      h = o·tanh c
 * </pre>
 *
 * where c' is the cell of the same segment at the position before, 0 at the first. Values of one
 * token are handled in short rows of their own, which the compiler turns into vector code.
 */
final class LstmCell {
  private final int units;
  private final int segments;
  private final float[] gates;
  private final float[] cells;
  private final float[] tanhCells;
  private final float[] carried;
  private final float[][] row = new float[4][];
  private final float[] previous;
  private final float[] cell;
  private final float[] tanh;
  private final float[] output;
  private final float[] carry;

  LstmCell(int units, int segments, int length) {
    this.units = units;
    this.segments = segments;
    int tokens = segments * length;
    this.gates = new float[4 * units * tokens];
    this.cells = new float[units * tokens];
    this.tanhCells = new float[units * tokens];
    this.carried = new float[units * segments];
    Arrays.setAll(row, gate -> new float[units]);
    this.previous = new float[units];
    this.cell = new float[units];
    this.tanh = new float[units];
    this.output = new float[units];
    this.carry = new float[units];
  }

  /**
   * All segments at one position.
   *
   * @param logits gate inputs without bias, 4·units for each segment
   * @param outputs receives h, units for each segment
   */
  void forward(int position, float[] logits, float[] bias, float[] outputs) {
    for (int segment = 0; segment < segments; segment++) {
      int token = position * segments + segment;
      for (int gate = 0; gate < 4; gate++) {
        System.arraycopy(logits, (4 * segment + gate) * units, row[gate], 0, units);
      }
      loadPrevious(position, token);
      addBias(bias);
      tanh(row[0]);
      sigmoid(row[1]);
      sigmoid(row[2]);
      sigmoid(row[3]);
      output(row[0], row[1], row[2], row[3]);
      for (int gate = 0; gate < 4; gate++) {
        System.arraycopy(row[gate], 0, gates, (4 * token + gate) * units, units);
      }
      System.arraycopy(cell, 0, cells, token * units, units);
      System.arraycopy(tanh, 0, tanhCells, token * units, units);
      System.arraycopy(output, 0, outputs, segment * units, units);
    }
  }

  private void loadPrevious(int position, int token) {
    if (position == 0) {
      Arrays.fill(previous, 0f);
    } else {
      System.arraycopy(cells, (token - segments) * units, previous, 0, units);
    }
  }

  private void addBias(float[] bias) {
    for (int gate = 0; gate < 4; gate++) {
      float[] values = row[gate];
      int offset = gate * units;
      for (int j = 0; j < values.length; j++) {
        values[j] += bias[offset + j];
      }
    }
  }

  private static void tanh(float[] values) {
    for (int j = 0; j < values.length; j++) {
      values[j] = FastMath.tanh(values[j]);
    }
  }

  private static void sigmoid(float[] values) {
    for (int j = 0; j < values.length; j++) {
      values[j] = FastMath.sigmoid(values[j]);
    }
  }

  private void output(float[] g, float[] f, float[] o, float[] i) {
    for (int j = 0; j < units; j++) {
      cell[j] = f[j] * previous[j] + i[j] * g[j];
    }
    for (int j = 0; j < units; j++) {
      tanh[j] = FastMath.tanh(cell[j]);
    }
    for (int j = 0; j < units; j++) {
      output[j] = o[j] * tanh[j];
    }
  }

  /** Forgets the derivatives carried from later positions; call before the last position. */
  void startBackward() {
    Arrays.fill(carried, 0f);
  }

  /**
   * The derivatives of one position; positions come in falling order.
   *
   * @param outputs derivative of the loss with respect to h, from above and from the next position
   * @param logits receives the derivative with respect to the gate inputs
   */
  void backward(int position, float[] outputs, float[] logits) {
    for (int segment = 0; segment < segments; segment++) {
      int token = position * segments + segment;
      for (int gate = 0; gate < 4; gate++) {
        System.arraycopy(gates, (4 * token + gate) * units, row[gate], 0, units);
      }
      loadPrevious(position, token);
      System.arraycopy(tanhCells, token * units, tanh, 0, units);
      System.arraycopy(outputs, segment * units, output, 0, units);
      System.arraycopy(carried, segment * units, carry, 0, units);
      derivatives(row[0], row[1], row[2], row[3]);
      for (int gate = 0; gate < 4; gate++) {
        System.arraycopy(row[gate], 0, logits, (4 * segment + gate) * units, units);
      }
      System.arraycopy(carry, 0, carried, segment * units, units);
    }
  }

  /** Replaces gate values by derivatives with respect to their inputs. */
  private void derivatives(float[] g, float[] f, float[] o, float[] i) {
    for (int j = 0; j < units; j++) {
      float dh = output[j];
      float outGate = o[j];
      float t = tanh[j];
      carry[j] += dh * outGate * (1 - t * t);
      o[j] = dh * t * outGate * (1 - outGate);
    }
    for (int j = 0; j < units; j++) {
      float dc = carry[j];
      float in = i[j];
      float candidate = g[j];
      i[j] = dc * candidate * in * (1 - in);
      g[j] = dc * in * (1 - candidate * candidate);
    }
    for (int j = 0; j < units; j++) {
      float dc = carry[j];
      float forget = f[j];
      f[j] = dc * previous[j] * forget * (1 - forget);
      carry[j] = dc * forget;
    }
  }
}
