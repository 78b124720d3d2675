package org.bitlattice.jobs.training;

import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.training.FlatState;
import org.bitlattice.lm.training.LstmNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;

/**
 * The executor's side of an averaging: opens the network with the broadcast state, iteration count
 * included (DL4J's own worker starts counting at 0 again), and returns the state reached.
 */
final class ShardWorker extends ParameterAveragingTrainingWorker {
  private static final long serialVersionUID = 1L;

  private final StepPlan plan;
  private final Broadcast<FlatState> start;
  private final StepHook hook;

  ShardWorker(
      StepPlan plan, Broadcast<FlatState> start, StepHook hook, WorkerConfiguration configuration) {
    super(null, true, configuration, List.of(hook), null, null);
    this.plan = plan;
    this.start = start;
    this.hook = hook;
  }

  @Override
  public ComputationGraph getInitialModelGraph() {
    return LstmNetwork.open(
        start.value(), plan.architecture(), plan.settings(), plan.learningRate());
  }

  @Override
  public ParameterAveragingTrainingResult getFinalResult(ComputationGraph network) {
    hook.end(network);
    return new WorkerResult(
        new WorkerResult.Report(LstmNetwork.close(network), hook.nats(), hook.tokens()));
  }
}
