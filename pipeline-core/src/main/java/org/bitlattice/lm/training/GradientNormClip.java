package org.bitlattice.lm.training;

import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scales the whole gradient down to a largest L2 norm before the optimiser sees it (Pascanu et al.,
 * 2013). DL4J itself clips single layers only, which changes the gradient's direction.
 */
final class GradientNormClip extends BaseTrainingListener implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double largestNorm;

  GradientNormClip(double largestNorm) {
    this.largestNorm = largestNorm;
  }

  @Override
  public void onGradientCalculation(Model model) {
    INDArray gradient = model.gradient().gradient();
    double norm = gradient.norm2Number().doubleValue();
    if (norm > largestNorm) {
      gradient.muli(largestNorm / norm);
    }
  }
}
