package org.bitlattice.jobs.job;

import java.util.List;
import java.util.Map;
import org.bitlattice.run.StageInputs;

/**
 * One unit of work of an experiment: a folder that is filled once. What it is computed from is
 * known before anything runs, so that a plan can be printed and a finished stage skipped.
 *
 * @param command the command that runs it, such as {@code train}
 * @param inputs name, settings and input digests
 * @param folder folder below the experiment's output
 * @param upstream stages whose folders it reads
 * @param work what fills the folder
 */
public record Stage(
    StageCommand command, StageInputs inputs, String folder, List<Stage> upstream, Work work) {

  /** Fills a stage's folder and returns what was counted, by name. */
  @FunctionalInterface
  public interface Work {
    Map<String, Double> run(StageContext context, HadoopFolder folder) throws java.io.IOException;
  }

  /** Name for people: the stage and its unit. */
  public String name() {
    return inputs.stage();
  }
}
