package org.bitlattice.settings;

import java.util.List;
import java.util.Map;
import org.bitlattice.quant.Precision;
import org.bitlattice.search.Relaxation;
import org.bitlattice.search.SizeCost;

/**
 * How precisions are searched for.
 *
 * @param precisions those that a unit may get
 * @param branches what the super-network mixes
 * @param systems for {@link Branches#ADMM_UNIFORM} the system whose model is the branch of each
 *     precision
 * @param mixing how mixtures are made of logits
 * @param sizeCost what the size term counts
 * @param betas weights of the size term, rising; each is a search of its own
 * @param rounds rounds of every search
 * @param weightSteps how weights are trained in a round; read for {@link Branches#REFIT}
 * @param logitSteps how logits are trained in a round
 */
public record SearchSettings(
    List<Precision> precisions,
    Branches branches,
    Map<Precision, String> systems,
    Mixing mixing,
    SizeCost sizeCost,
    List<Double> betas,
    int rounds,
    WeightSteps weightSteps,
    LogitSteps logitSteps) {
  /** Most weights of the size term. */
  static final int MOST_BETAS = 20;

  /** What the super-network mixes. */
  public enum Branches {
    /** Table fits to running weights, which are trained in turn with the logits. */
    REFIT,
    /** The models of systems that were quantized at one precision each; only logits are trained. */
    ADMM_UNIFORM
  }

  /**
   * How mixtures are made of logits.
   *
   * @param relaxation with Gumbel noise or without
   * @param temperature τ of the first round, above 0
   * @param decay factor of τ from round to round, above 0, at most 1
   */
  public record Mixing(Relaxation relaxation, double temperature, double decay) {
    /** τ of a round, counted from 1. */
    public double temperature(int round) {
      return temperature * Math.pow(decay, round - 1.0);
    }
  }

  /**
   * Training of the weights.
   *
   * @param averagings parameter averagings of a round; 0 leaves the weights as they are
   * @param learningRate of Adam
   * @param dropout share of activations dropped, in [0, 1)
   */
  public record WeightSteps(int averagings, double learningRate, double dropout) {}

  /**
   * Training of the logits.
   *
   * @param steps minibatches of each held-out shard in a round
   * @param learningRate of Adam
   * @param sentences dev sentences that the held-out shards are made of
   * @param shards held-out shards, whose logits are averaged after a round
   */
  public record LogitSteps(int steps, double learningRate, int sentences, int shards) {}

  /** Whether the search trains weights. */
  public boolean trainsWeights() {
    return branches == Branches.REFIT && weightSteps.averagings() > 0;
  }
}
