package org.bitlattice.lm.training;

import java.io.Serializable;
import org.bitlattice.lm.LmWeights;

/**
 * A second term of the training loss: the divergence from a teacher's distribution of the next word
 * to the model's, KL(teacher ‖ model). The loss of a token is then (1 − w)·(−ln P(word)) + w·KL,
 * with the gradient P − (1 − w)·1_word − w·P_teacher at the logits.
 *
 * @param weight w, above 0 and at most 1
 * @param teacher a model with the same vocabulary; evaluated on the same minibatch without dropout
 */
public record Distillation(double weight, LmWeights teacher) implements Serializable {
  /**
   * @throws IllegalArgumentException when the weight is out of its range
   */
  public Distillation {
    if (!(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException(
          "the weight of distillation is %s; it must be above 0 and at most 1".formatted(weight));
    }
  }
}
