package org.bitlattice.it.scaling;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs the jobs of a recorded run on a cluster of another size (docs/scaling.md). Nothing is drawn
 * at random: recorded times are replayed in their order.
 *
 * @param cluster the cluster
 * @param copies how much more work there is ({@link Growth} says in which form): 1 for the same
 *     work (strong scaling), the number of executors for work that grows with them (weak scaling)
 */
record ClusterSimulator(ClusterModel cluster, int copies) {
  /** What the driver does after the last job. */
  static final String END = "end of the run";

  /** The stages of the experiment, in the order in which each begins. */
  Map<String, SimulatedStage> stages(RecordedRun run) {
    Map<String, SimulatedStage> stages = new LinkedHashMap<>();
    for (RecordedJob job : run.jobs()) {
      SimulatedStage stage =
          stages.computeIfAbsent(ExperimentStage.of(job.description()), s -> new SimulatedStage());
      stage.driver(job.idleBefore());
      Growth growth = Growth.of(job);
      RecordedJob grown = growth.grown(job, copies);
      int repeats = growth.repeats(copies);
      stage.job(grown, JobSimulation.run(grown, cluster, repeats), repeats);
    }
    SimulatedStage last = new SimulatedStage();
    last.driver(run.idleAfter());
    stages.put(END, last);
    return stages;
  }

  /** All stages together. */
  SimulatedStage whole(RecordedRun run) {
    SimulatedStage whole = new SimulatedStage();
    stages(run).values().forEach(whole::add);
    return whole;
  }
}
