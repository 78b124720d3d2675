package org.bitlattice.jobs.command;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.StageCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run} and the commands of single stages. */
final class StageCommands {
  private StageCommands() {}

  /** What the stage commands have in common. */
  abstract static class Base implements Callable<Integer> {
    @Mixin ExperimentOptions options;

    abstract Set<StageCommand> stages();

    @Override
    public Integer call() {
      return Experiment.run(options, stages());
    }
  }

  @Command(
      name = "run",
      description =
          "Runs all stages of an experiment; skips those that are complete for the same inputs.",
      mixinStandardHelpOptions = true)
  static final class Run extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.allOf(StageCommand.class);
    }
  }

  @Command(
      name = "prepare",
      description =
          "Counts words, makes the vocabulary and cuts the text into segments (folder corpus/).",
      mixinStandardHelpOptions = true)
  static final class Prepare extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.PREPARE);
    }
  }

  @Command(
      name = "train",
      description =
          "Trains the full-precision language model that all systems start from (folder baseline/).",
      mixinStandardHelpOptions = true)
  static final class Train extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.TRAIN);
    }
  }

  @Command(
      name = "sensitivity",
      description =
          "Measures how much each tensor suffers at each precision (folder sensitivity/).",
      mixinStandardHelpOptions = true)
  static final class Sensitivity extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.SENSITIVITY);
    }
  }

  @Command(
      name = "allocate",
      description =
          "Chooses the precision of every tensor under each system's budget (folder assignments/).",
      mixinStandardHelpOptions = true)
  static final class Allocate extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.ALLOCATE);
    }
  }

  @Command(
      name = "quantize",
      description = "Makes each system's low-bit model: table fit or ADMM (folder systems/).",
      mixinStandardHelpOptions = true)
  static final class Quantize extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.QUANTIZE);
    }
  }

  @Command(
      name = "rescore",
      description =
          "Rescores the lattices with each system's model; score weights are tuned on the tuning set (folder rescored/).",
      mixinStandardHelpOptions = true)
  static final class Rescore extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.RESCORE);
    }
  }

  @Command(
      name = "score",
      description = "Counts word errors and tests differences for significance (folder scores/).",
      mixinStandardHelpOptions = true)
  static final class Score extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.SCORE);
    }
  }

  @Command(
      name = "report",
      description = "Writes the summary page (folder report/).",
      mixinStandardHelpOptions = true)
  static final class Report extends Base {
    @Override
    Set<StageCommand> stages() {
      return EnumSet.of(StageCommand.REPORT);
    }
  }
}
