package org.bitlattice.jobs.training;

import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.training.ConstrainedStep;
import org.bitlattice.lm.training.Distillation;
import org.bitlattice.lm.training.PlainTrainer;
import org.bitlattice.lm.training.RandomStreams;
import org.bitlattice.lm.training.Teacher;
import org.bitlattice.lm.training.WeightConstraint;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What surrounds every optimiser step of a worker: dropout's random stream is set and the teacher
 * asked before it, the constraint on weights is met and the loss is counted after it. Each task has
 * a copy of its own.
 */
final class StepHook implements TrainingHook {
  private static final long serialVersionUID = 1L;

  private final StepPlan plan;
  private final Broadcast<WeightConstraint> constraint;
  private final Broadcast<Distillation> distillation;
  private transient ConstrainedStep constrained;
  private transient Teacher teacher;
  private double nats;
  private long tokens;

  /**
   * @param constraint what ties weights to tables, or null for free training
   * @param distillation the teacher's term of the loss, or null
   */
  StepHook(
      StepPlan plan, Broadcast<WeightConstraint> constraint, Broadcast<Distillation> distillation) {
    this.plan = plan;
    this.constraint = constraint;
    this.distillation = distillation;
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {
    ComputationGraph network = (ComputationGraph) model;
    if (constraint != null && constrained == null) {
      constrained =
          ConstrainedStep.of(
              plan.architecture(),
              plan.settings().optimiser(),
              plan.learningRate(),
              constraint.value());
      constrained.begin(network);
    }
    if (distillation != null) {
      if (teacher == null) {
        teacher = new Teacher(distillation.value(), plan.architecture());
      }
      teacher.teach(network, minibatch);
    }
    long step = network.getIterationCount();
    RandomStreams.seedDropout(
        PlainTrainer.dropoutSeed(plan.seed(), TaskContext.getPartitionId(), step));
  }

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {
    if (constrained != null) {
      constrained.apply((ComputationGraph) model);
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

  /** Leaves in the network, after its last step, the weights that are averaged. */
  void end(ComputationGraph network) {
    if (constrained != null) {
      constrained.end(network);
    }
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
