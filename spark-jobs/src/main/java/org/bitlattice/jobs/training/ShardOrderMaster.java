package org.bitlattice.jobs.training;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.training.Distillation;
import org.bitlattice.lm.training.FlatState;
import org.bitlattice.lm.training.LstmNetwork;
import org.bitlattice.lm.training.WeightConstraint;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Parameter averaging whose result depends on nothing but its input. Against DL4J's own master: the
 * minibatches are taken as they come instead of being counted, shuffled and split; states are
 * averaged in the order of shards instead of completion, and by the executors; optimiser state and
 * iteration count travel with the weights.
 */
final class ShardOrderMaster extends ParameterAveragingTrainingMaster {
  private final StepPlan plan;
  private final Broadcast<WeightConstraint> constraint;
  private final Broadcast<Distillation> teacher;
  private Broadcast<FlatState> start;
  private double nats;
  private long tokens;

  /**
   * @param constraint what ties weights to tables, or null for free training
   * @param teacher the teacher's term of the loss, or null
   */
  ShardOrderMaster(
      StepPlan plan,
      Averaging averaging,
      Broadcast<WeightConstraint> constraint,
      Broadcast<Distillation> teacher) {
    super(
        new ParameterAveragingTrainingMaster.Builder(
                averaging.workers(), plan.settings().batchSegments())
            .batchSizePerWorker(plan.settings().batchSegments())
            .averagingFrequency(averaging.frequency())
            .workerPrefetchNumBatches(0)
            .saveUpdater(true)
            .repartionData(Repartition.Never)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .storageLevel(null)
            .rngSeed(plan.seed()));
    this.plan = plan;
    this.constraint = constraint;
    this.teacher = teacher;
  }

  @Override
  protected void executeTrainingDirect(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    doIteration(graph, data, 1, 1);
  }

  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkComputationGraph graph) {
    start = graph.getSparkContext().broadcast(LstmNetwork.close(graph.getNetwork()));
    WorkerConfiguration configuration =
        new WorkerConfiguration(
            true, batchSizePerWorker, batchSizePerWorker, averagingFrequency, 0, false);
    return new ShardWorker(plan, start, new StepHook(plan, constraint, teacher), configuration);
  }

  @Override
  protected void processResults(
      SparkDl4jMultiLayer unused,
      SparkComputationGraph graph,
      JavaRDD<ParameterAveragingTrainingResult> results,
      int split,
      int splits) {
    StateMean mean;
    try {
      mean = StateMean.of(results.map(result -> ((WorkerResult) result).report()), numWorkers);
    } finally {
      start.destroy();
    }
    for (double own : mean.nats()) {
      nats += own;
    }
    tokens += mean.tokens();
    LstmNetwork.restore(graph.getNetwork(), mean.state());
  }

  /** Summed loss of all steps so far, in nats. */
  double nats() {
    return nats;
  }

  /** Predicted tokens so far. */
  long tokens() {
    return tokens;
  }
}
