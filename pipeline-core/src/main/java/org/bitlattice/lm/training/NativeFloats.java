package org.bitlattice.lm.training;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Bulk copies between Java arrays and the memory of ND4J arrays. Plain loops over {@code float[]}
 * fuse several steps in one pass, where ND4J needs one native call and one pass for each.
 */
final class NativeFloats {
  private NativeFloats() {}

  /** A new array in column-major order, with undefined values. */
  static INDArray allocate(long rows, long columns) {
    return Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'f');
  }

  /** A new row vector. */
  static INDArray rowVector(float[] values) {
    INDArray row = allocate(1, values.length);
    view(row).put(values);
    return row;
  }

  /**
   * The memory of a dense array, from its first value on. The array must stay alive while the view
   * is used.
   */
  static FloatBuffer view(INDArray dense) {
    FloatPointer pointer = new FloatPointer(dense.data().pointer());
    long first = dense.offset();
    pointer.position(first).limit(first + dense.length());
    return pointer.asBuffer();
  }

  /** A copy of the values of a dense array, in memory order. */
  static float[] copy(INDArray dense) {
    float[] values = new float[Math.toIntExact(dense.length())];
    view(dense).get(values);
    return values;
  }
}
