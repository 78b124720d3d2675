package org.bitlattice.jobs.training;

import java.io.Serializable;
import org.bitlattice.lm.training.FlatState;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;

/** What a worker hands back before an averaging, in the type that DL4J's master expects. */
final class WorkerResult extends ParameterAveragingTrainingResult {
  private final Report report;

  WorkerResult(Report report) {
    super(null, null, report.nats() / report.tokens(), null, null, null);
    this.report = report;
  }

  Report report() {
    return report;
  }

  /**
   * The part that travels to the driver. Plain arrays: Java serialises them in bulk, ND4J arrays
   * value by value.
   *
   * @param state weights and optimiser state reached
   * @param nats summed loss of the worker's steps
   * @param tokens predicted tokens
   */
  record Report(FlatState state, double nats, long tokens) implements Serializable {}
}
