package org.bitlattice.jobs.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.experiment.ExperimentComparison;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.SparkSessions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds two experiment folders to equal results. */
@Command(
    name = "compare",
    description = {
      "Tells whether two experiments have equal results: every table has the same rows, with floating-point numbers"
          + " equal to the last bit, and every other file the same bytes. Columns of seconds, records of the run"
          + " (stage.json, experiment.conf) and the summary page are left out.",
      "",
      "Exit code 0: equal; 2: different, or nothing to compare."
    },
    footer = {"", "Example: bitlattice compare runs/laptop hdfs://cluster/runs/nightly"},
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      arity = "2",
      paramLabel = "DIR",
      description = "Output folders of two experiments, or the same folder inside of both.")
  private List<String> folders;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "20",
      description = "Prints at most this many differences (${DEFAULT-VALUE}).")
  private int most;

  @Override
  public Integer call() {
    try (SparkSession spark = SparkSessions.open("bitlattice compare")) {
      ExperimentComparison comparison =
          ExperimentComparison.of(spark, folders.get(0), folders.get(1));
      List<String> differences = comparison.differences();
      differences.stream().limit(most).forEach(System.out::println);
      if (!differences.isEmpty()) {
        throw new UserError(
            "%s and %s differ in %d of %d tables and files: %,d rows are only in the first, %,d only in the second"
                .formatted(
                    folders.get(0),
                    folders.get(1),
                    differences.size(),
                    comparison.tables() + comparison.files(),
                    comparison.onlyInFirst(),
                    comparison.onlyInSecond()));
      }
      System.out.printf(
          "equal: %d tables (%,d rows) and %d files%n",
          comparison.tables(), comparison.rows(), comparison.files());
    }
    return ExitCode.DONE.code();
  }
}
