package org.bitlattice.jobs.training;

import java.util.List;
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
 * minibatches are taken as they come instead of being counted, shuffled and split; results are
 * summed in the order of shards instead of completion; optimiser state and iteration count travel
 * with the weights.
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
    List<WorkerResult.Report> inShardOrder;
    try {
      inShardOrder = results.map(result -> ((WorkerResult) result).report()).collect();
    } finally {
      start.destroy();
    }
    if (inShardOrder.size() != numWorkers) {
      throw new IllegalStateException(
          "%d of %d workers returned a result".formatted(inShardOrder.size(), numWorkers));
    }
    FlatState sum = inShardOrder.get(0).state();
    float[] parameters = sum.parameters();
    float[] updater = sum.updaterState();
    for (WorkerResult.Report report : inShardOrder) {
      nats += report.nats();
      tokens += report.tokens();
    }
    for (WorkerResult.Report report : inShardOrder.subList(1, numWorkers)) {
      add(report.state().parameters(), parameters);
      add(report.state().updaterState(), updater);
    }
    divide(parameters, numWorkers);
    divide(updater, numWorkers);
    LstmNetwork.restore(graph.getNetwork(), new FlatState(parameters, updater, sum.iterations()));
  }

  private static void add(float[] values, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  private static void divide(float[] values, int divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
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
