package org.bitlattice.jobs.training;

import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.training.PlainTrainer;
import org.bitlattice.lm.training.ProximalStep;
import org.bitlattice.lm.training.ProximalTerm;
import org.bitlattice.lm.training.RandomStreams;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What surrounds every optimiser step of a worker: dropout's random stream is set before it, the
 * proximal step is taken and the loss is counted after it. Each task has a copy of its own.
 */
final class StepHook implements TrainingHook {
  private static final long serialVersionUID = 1L;

  private final StepPlan plan;
  private final Broadcast<ProximalTerm> term;
  private transient ProximalStep proximal;
  private double nats;
  private long tokens;

  /**
   * @param term the proximal term, or null for free training
   */
  StepHook(StepPlan plan, Broadcast<ProximalTerm> term) {
    this.plan = plan;
    this.term = term;
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {
    long step = ((ComputationGraph) model).getIterationCount();
    RandomStreams.seedDropout(
        PlainTrainer.dropoutSeed(plan.seed(), TaskContext.getPartitionId(), step));
  }

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {
    if (term != null) {
      if (proximal == null) {
        proximal =
            new ProximalStep(
                plan.architecture(),
                plan.settings().optimiser(),
                plan.learningRate(),
                term.value());
      }
      proximal.apply((ComputationGraph) model);
    }
    long count = minibatch.getLabels(0).length();
    nats += model.score() * count;
    tokens += count;
  }

  @Override
  public void preUpdate(DataSet minibatch, Model model) {
    throw new UnsupportedOperationException("minibatches are MultiDataSets");
  }

  @Override
  public void postUpdate(DataSet minibatch, Model model) {
    throw new UnsupportedOperationException("minibatches are MultiDataSets");
  }

  /** Summed loss of the steps so far, in nats. */
  double nats() {
    return nats;
  }

  /** Predicted tokens of the steps so far. */
  long tokens() {
    return tokens;
  }
}
