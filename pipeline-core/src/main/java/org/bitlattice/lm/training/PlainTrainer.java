package org.bitlattice.lm.training;

import java.util.List;
import java.util.Optional;
import org.bitlattice.lm.LmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Trains on one thread of one process with plain DL4J: the reference for distributed training,
 * which with one worker gives the same result bit for bit.
 */
public final class PlainTrainer {
  private final LmArchitecture architecture;
  private final OptimiserSettings settings;
  private final SegmentOrder order;
  private final long seed;

  /**
   * A trainer on the given segments.
   *
   * @param segments word ids of equal length: inputs are all but the last, targets all but the
   *     first
   */
  public PlainTrainer(
      LmArchitecture architecture, OptimiserSettings settings, List<int[]> segments, long seed) {
    this.architecture = architecture;
    this.settings = settings;
    this.order = new SegmentOrder(segments, settings.batchSegments(), shardSeed(seed, 0));
    this.seed = seed;
  }

  /** The seed of the segment order of a worker's shard. */
  public static long shardSeed(long seed, int worker) {
    return RandomStreams.derive(seed, 1, worker);
  }

  /** The seed of dropout in an optimiser step (counted from 0 over the whole run) of a worker. */
  public static long dropoutSeed(long seed, int worker, long step) {
    return RandomStreams.derive(seed, 2, worker, step);
  }

  /** Minibatches of one pass over the segments. */
  public int batchesPerEpoch() {
    return order.batchesPerEpoch();
  }

  /**
   * Takes optimiser steps.
   *
   * @param state where to continue from; its iteration count says where in the text
   */
  public Progress train(
      TrainingState state, int steps, double learningRate, Optional<ProximalTerm> term) {
    ComputationGraph network =
        LstmNetwork.open(state.flat(), architecture, settings, learningRate);
    Optional<ProximalStep> proximal =
        term.map(t -> new ProximalStep(architecture, settings.optimiser(), learningRate, t));
    double nats = 0;
    long tokens = 0;
    for (long step = state.iterations(); step < state.iterations() + steps; step++) {
      List<int[]> batch = order.batch(step);
      RandomStreams.seedDropout(dropoutSeed(seed, 0, step));
      network.fit(Minibatch.of(batch));
      proximal.ifPresent(p -> p.apply(network));
      long batchTokens = (long) batch.size() * (batch.get(0).length - 1);
      nats += network.score() * batchTokens;
      tokens += batchTokens;
    }
    FlatState reached = LstmNetwork.close(network);
    return new Progress(TrainingState.of(architecture, reached), nats / tokens, tokens);
  }

  /**
   * What a number of steps led to.
   *
   * @param state to continue from
   * @param trainNllNats mean loss per token over these steps, in nats, dropout on
   * @param tokens predicted tokens
   */
  public record Progress(TrainingState state, double trainNllNats, long tokens) {}
}
