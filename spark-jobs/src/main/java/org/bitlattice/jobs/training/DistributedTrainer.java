package org.bitlattice.jobs.training;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.training.Distillation;
import org.bitlattice.lm.training.FlatState;
import org.bitlattice.lm.training.LstmNetwork;
import org.bitlattice.lm.training.Minibatch;
import org.bitlattice.lm.training.OptimiserSettings;
import org.bitlattice.lm.training.PlainTrainer;
import org.bitlattice.lm.training.SegmentOrder;
import org.bitlattice.lm.training.TrainingState;
import org.bitlattice.lm.training.WeightConstraint;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains a language model on Spark by parameter averaging: each worker takes a fixed number of
 * minibatch steps on its shard from the same weights, then weights and optimiser states are
 * averaged. The result depends on state, plan, settings, shards and seed, not on the number of
 * executors or cores; a state written and read again continues bit for bit. With one worker the
 * result is that of {@link PlainTrainer}.
 *
 * <p>The executors average ({@link StateMean}); the driver receives one training state for each
 * averaging (12 bytes for each weight with Adam): {@code spark.driver.maxResultSize} must allow for
 * that.
 */
public final class DistributedTrainer implements AutoCloseable {
  private final JavaSparkContext spark;
  private final LmArchitecture architecture;
  private final OptimiserSettings settings;
  private final Averaging averaging;
  private final long seed;
  private final JavaRDD<List<int[]>> shards;
  private Broadcast<Distillation> teacher;

  /**
   * A trainer on segments that the caller has put into one partition for each worker, in an order
   * that does not change.
   *
   * @param segments word ids of equal length: inputs are all but the last, targets all but the
   *     first
   * @throws IllegalArgumentException when the number of partitions is not the number of workers
   */
  public DistributedTrainer(
      JavaSparkContext spark,
      LmArchitecture architecture,
      OptimiserSettings settings,
      Averaging averaging,
      JavaRDD<int[]> segments,
      long seed) {
    if (segments.getNumPartitions() != averaging.workers()) {
      throw new IllegalArgumentException(
          "the training segments lie in %d partitions; there must be one for each of %d workers"
              .formatted(segments.getNumPartitions(), averaging.workers()));
    }
    this.spark = spark;
    this.architecture = architecture;
    this.settings = settings;
    this.averaging = averaging;
    this.seed = seed;
    this.shards =
        segments
            .mapPartitions(DistributedTrainer::gather, true)
            .setName("training shards")
            .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Adds a teacher's term to the loss of all rounds that follow. */
  public DistributedTrainer taughtBy(Distillation distillation) {
    close(teacher);
    teacher = spark.broadcast(distillation);
    return this;
  }

  private static void close(Broadcast<?> broadcast) {
    if (broadcast != null) {
      broadcast.destroy();
    }
  }

  private static Iterator<List<int[]>> gather(Iterator<int[]> segments) {
    List<int[]> shard = new ArrayList<>();
    segments.forEachRemaining(shard::add);
    return List.of(shard).iterator();
  }

  /** Segments dealt to {@code workers} partitions in turn, in their order. */
  public static JavaRDD<int[]> deal(JavaSparkContext spark, List<int[]> segments, int workers) {
    List<List<int[]>> dealt = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      dealt.add(new ArrayList<>());
    }
    for (int i = 0; i < segments.size(); i++) {
      dealt.get(i % workers).add(segments.get(i));
    }
    return spark.parallelize(dealt, workers).flatMap(List::iterator);
  }

  /**
   * Trains for one round.
   *
   * @param state where to continue from; its iteration count says where in the shards
   * @throws IllegalArgumentException when training diverges, or when a shard cannot fill a
   *     minibatch
   */
  public RoundResult round(TrainingState state, RoundPlan plan) {
    Broadcast<WeightConstraint> constraint = plan.constraint().map(spark::broadcast).orElse(null);
    try {
      StepPlan steps = new StepPlan(architecture, settings, plan.learningRate(), seed);
      ShardOrderMaster master = new ShardOrderMaster(steps, averaging, constraint, teacher);
      ComputationGraph network =
          LstmNetwork.open(state.flat(), architecture, settings, plan.learningRate());
      SparkComputationGraph distributed = new SparkComputationGraph(spark, network, master);
      for (int i = 0; i < plan.averagings(); i++) {
        long firstStep = state.iterations() + (long) i * averaging.frequency();
        distributed.fitMultiDataSet(minibatches(firstStep));
      }
      return result(plan, master, LstmNetwork.close(network));
    } finally {
      close(constraint);
    }
  }

  private RoundResult result(RoundPlan plan, ShardOrderMaster master, FlatState reached) {
    double loss = master.nats() / master.tokens();
    if (!Double.isFinite(loss)) {
      throw new IllegalArgumentException(
          "training round %d diverged: its loss is %s; lower the learning rate %s or clip gradients"
              .formatted(plan.round(), loss, plan.learningRate()));
    }
    return new RoundResult(TrainingState.of(architecture, reached), loss, master.tokens());
  }

  /** For every shard the minibatches of one averaging, made where the shard lies. */
  private JavaRDD<MultiDataSet> minibatches(long firstStep) {
    long runSeed = seed;
    int batchSegments = settings.batchSegments();
    int count = averaging.frequency();
    return shards.mapPartitionsWithIndex(
        (worker, shard) -> {
          long shardSeed = PlainTrainer.shardSeed(runSeed, worker);
          SegmentOrder order = new SegmentOrder(only(shard), batchSegments, shardSeed);
          return LongStream.range(firstStep, firstStep + count)
              .mapToObj(step -> Minibatch.of(order.batch(step)))
              .iterator();
        },
        true);
  }

  /** The one element; asking for a second releases Spark's lock on the cached block. */
  private static <T> T only(Iterator<T> elements) {
    T element = elements.next();
    if (elements.hasNext()) {
      throw new IllegalStateException("a partition holds more than one shard");
    }
    return element;
  }

  /** Releases the cached shards and the teacher. */
  @Override
  public void close() {
    close(teacher);
    shards.unpersist();
  }
}
