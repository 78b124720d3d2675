package org.bitlattice.lm;

import java.io.Serializable;
import java.util.List;

/** Shape of a language model: everything about it but its weights. */
public sealed interface LmArchitecture extends Serializable permits LstmArchitecture {
  /** Name of the family in configuration and model files, such as {@code lstm}. */
  String kind();

  /** Number of words in the input and output vocabulary. */
  int vocabularySize();

  /** All parameter tensors in file order. */
  List<TensorShape> tensors();

  /** Number of parameters, vectors included. */
  default long parameters() {
    return tensors().stream().mapToLong(TensorShape::size).sum();
  }

  /** The tensors that may be quantized, in file order. */
  default List<TensorShape> quantizable() {
    return tensors().stream().filter(TensorShape::quantizable).toList();
  }
}
