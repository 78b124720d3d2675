package org.bitlattice.lm.training;

import java.util.List;
import java.util.Optional;
import org.bitlattice.lm.LmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains on one thread of one process with plain DL4J: the reference for distributed training,
 * which with one worker gives the same result bit for bit.
 */
public final class PlainTrainer {
  private final LmArchitecture architecture;
  private final OptimiserSettings settings;
  private final SegmentOrder order;
  private final long seed;
  private final Optional<Distillation> distillation;

  /**
   * A trainer on the given segments.
   *
   * @param segments word ids of equal length: inputs are all but the last, targets all but the
   *     first
   */
  public PlainTrainer(
      LmArchitecture architecture, OptimiserSettings settings, List<int[]> segments, long seed) {
    this(architecture, settings, segments, seed, Optional.empty());
  }

  /** A trainer with a teacher's term in the loss. */
  public PlainTrainer(
      LmArchitecture architecture,
      OptimiserSettings settings,
      List<int[]> segments,
      long seed,
      Optional<Distillation> distillation) {
    this.architecture = architecture;
    this.settings = settings;
    this.order = new SegmentOrder(segments, settings.batchSegments(), shardSeed(seed, 0));
    this.seed = seed;
    this.distillation = distillation;
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
      TrainingState state,
      int steps,
      double learningRate,
      Optional<? extends WeightConstraint> constraint) {
    ComputationGraph network = LstmNetwork.open(state.flat(), architecture, settings, learningRate);
    Optional<ConstrainedStep> constrained =
        constraint.map(
            c -> ConstrainedStep.of(architecture, settings.optimiser(), learningRate, c));
    constrained.ifPresent(step -> step.begin(network));
    Optional<Teacher> teacher = distillation.map(d -> new Teacher(d, architecture));
    double nats = 0;
    long tokens = 0;
    for (long step = state.iterations(); step < state.iterations() + steps; step++) {
      List<int[]> batch = order.batch(step);
      RandomStreams.seedDropout(dropoutSeed(seed, 0, step));
      MultiDataSet minibatch = Minibatch.of(batch);
      teacher.ifPresent(t -> t.teach(network, minibatch));
      network.fit(minibatch);
      constrained.ifPresent(c -> c.apply(network));
      long batchTokens = (long) batch.size() * (batch.get(0).length - 1);
      nats += network.score() * batchTokens;
      tokens += batchTokens;
    }
    constrained.ifPresent(c -> c.end(network));
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
