package org.bitlattice.lm.scoring;

/** The weights of a model as a graph computes with them. */
sealed interface StepWeights permits FloatWeights, LowBitWeights {
  /**
   * The embedding's rows of some words.
   *
   * @param tensor name of the embedding
   * @param words name of the ids, int64 [N]
   */
  Activations rows(OnnxModel model, String tensor, String words);

  /** The product of a matrix with activations, in a form that fits both. */
  MatrixProduct product(String tensor, Activations x);

  /** The values of a tensor that is a vector. */
  float[] vector(String tensor);
}
