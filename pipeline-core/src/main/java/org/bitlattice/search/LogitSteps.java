package org.bitlattice.search;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.lm.training.GradientOracle;
import org.bitlattice.lm.training.LossAndGradient;
import org.bitlattice.lm.training.RandomStreams;
import org.bitlattice.lm.training.SegmentOrder;

/**
 * Trains the logits of a super-network on held-out text, its weights fixed:
 *
 * <pre>L = F(M(a)) + β·Σ_u Σ_n a_u,n·cost(u, n),   a_u = softmax((logits_u + g_u) / τ)
 * s_u,n = ⟨∂F/∂M_u, f_n(W_u)⟩ + β·cost(u, n)
 * ∂L/∂logit_u,n = a_u,n·(s_u,n − Σ_m a_u,m s_u,m) / τ</pre>
 */
public final class LogitSteps {
  private final SuperNetwork network;
  private final SizeTerm size;
  private final GradientOracle oracle;

  /**
   * Steps on one network; one object serves one thread.
   *
   * @param space what is searched
   * @param branches what the network mixes
   * @param size the size term
   */
  public LogitSteps(SearchSpace space, Branches branches, SizeTerm size) {
    this.network = new SuperNetwork(space, branches);
    this.size = size;
    this.oracle = new GradientOracle(space.units().architecture());
  }

  /**
   * What some steps on one shard led to.
   *
   * @param state to continue from, or to be averaged
   * @param nats summed task loss of the steps
   * @param tokens predicted tokens
   */
  public record Progress(LogitState state, double nats, long tokens) implements Serializable {}

  /**
   * Takes the steps of a round on one shard. Step k draws the same mixture noise on every shard;
   * its minibatch is a function of seed, shard and k.
   *
   * @param start where to continue from; its number of steps says which noise and minibatch come
   *     next
   * @param shard number of the shard
   * @param segments its segments, word ids of equal length
   * @throws IllegalArgumentException when the shard cannot fill a minibatch
   */
  public Progress run(LogitState start, LogitPlan plan, int shard, List<int[]> segments) {
    long orderSeed = RandomStreams.derive(plan.seed(), 1, shard);
    SegmentOrder order = new SegmentOrder(segments, plan.minibatchSegments(), orderSeed);
    LogitState state = start;
    double nats = 0;
    long tokens = 0;
    for (int i = 0; i < plan.steps(); i++) {
      Step step = step(state.logits(), plan, state.steps(), order.batch(state.steps()));
      nats += step.taskNats() * step.tokens();
      tokens += step.tokens();
      state = state.after(step.gradient(), plan.learningRate());
    }
    return new Progress(state, nats, tokens);
  }

  /**
   * Loss and gradient of the logits on a minibatch.
   *
   * @param taskNats F, mean nats per token
   * @param sizeTerm the size term at the same shares
   * @param gradient ∂L/∂logits, by unit, then by precision
   * @param tokens predicted tokens
   */
  record Step(double taskNats, double sizeTerm, double[][] gradient, long tokens) {}

  Step step(PrecisionLogits logits, LogitPlan plan, long number, List<int[]> minibatch) {
    long noiseSeed = RandomStreams.derive(plan.seed(), 2);
    double[][] shares =
        new SampledShares(logits, plan.relaxation(), plan.temperature(), noiseSeed).at(number);
    LossAndGradient loss = oracle.at(network.mixed(shares), minibatch);
    double[][] slopes = network.shareGradient(loss.gradient());
    double[][] gradient = new double[shares.length][];
    for (int u = 0; u < shares.length; u++) {
      gradient[u] =
          ofLogits(shares[u], slopes[u], size.beta(), size.costs()[u], plan.temperature());
    }
    return new Step(loss.lossNatsPerToken(), size.at(shares), gradient, loss.tokens());
  }

  private static double[] ofLogits(
      double[] shares, double[] slopes, double beta, double[] costs, double temperature) {
    double[] whole = new double[shares.length];
    double mean = 0;
    for (int n = 0; n < shares.length; n++) {
      whole[n] = slopes[n] + beta * costs[n];
      mean += shares[n] * whole[n];
    }
    for (int n = 0; n < shares.length; n++) {
      whole[n] = shares[n] * (whole[n] - mean) / temperature;
    }
    return whole;
  }
}
