package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.history.HistoryUpdate;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.jobs.session.SparkSessions;
import org.bitlattice.report.HistoryPage;
import org.bitlattice.report.HistoryTsv;
import org.bitlattice.report.HistoryView;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How word errors, bytes and time moved over the runs in a folder. */
@Command(
    name = "history",
    description = {
      "Shows how word errors, bytes and time moved over the runs of an experiment that lie side by side in a"
          + " folder, such as those of bitlattice-scheduled.",
      "",
      "Finished runs are first taken into the tables DIR/history/runs, stages and scores (Parquet), which keep"
          + " them when their folders are deleted. A run is finished when its scores and its report are complete."
          + " Runs that are not finished are listed; a run that cannot be read is left out, told, and makes the"
          + " exit code 2.",
      ""
    },
    footer = {
      "",
      "Example: bitlattice history /srv/bitlattice/runs --system admm-2 --last 7 -- --master local[1]"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class HistoryCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      description = "Folder that holds the runs' output folders; any Hadoop path.")
  private String folder;

  @Option(
      names = "--system",
      paramLabel = "ID",
      description = "Only this system; may be given several times.")
  private List<String> systems = List.of();

  @Option(
      names = "--set",
      paramLabel = "SET",
      description = "Only this lattice set; may be given several times.")
  private List<String> sets = List.of();

  @Option(
      names = "--weights",
      paramLabel = "CHOICE",
      description =
          "Word errors with these score weights: tuned (the default of the page), network-alone or baseline-weights."
              + " The first pass has its own.")
  private String weights;

  @Option(names = "--last", paramLabel = "N", description = "Only the N newest runs.")
  private Integer last;

  @Option(
      names = "--tsv",
      description =
          "For machines: a line for each run, system, set and weights, with tabs between and all digits.")
  private boolean tsv;

  @Option(names = "--read-only", description = "Writes nothing: new runs are shown and not kept.")
  private boolean readOnly;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    HistoryView view = view();
    HadoopFolder root = HadoopFolder.at(folder, HadoopSettings.configuration());
    HistoryUpdate.requireRuns(root);
    HistoryUpdate update;
    try (SparkSession spark = SparkSessions.open("bitlattice history")) {
      update =
          readOnly
              ? HistoryUpdate.withoutWriting(spark, root)
              : HistoryUpdate.of(spark, root, Progress.onStandardError());
    }
    view.requireIn(update.history());
    System.out.print(
        tsv
            ? new HistoryTsv(update.history(), view).text()
            : new HistoryPage(
                    root.path(),
                    update.history(),
                    update.there(),
                    update.unfinished(),
                    update.unreadable(),
                    view)
                .text());
    refuseUnreadable(root, update);
    return ExitCode.DONE.code();
  }

  private HistoryView view() {
    if (last != null && last < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--last is %d; it must be 1 or more".formatted(last));
    }
    return new HistoryView(
        systems,
        sets,
        Optional.ofNullable(weights),
        last == null ? OptionalInt.empty() : OptionalInt.of(last));
  }

  private static void refuseUnreadable(HadoopFolder root, HistoryUpdate update) {
    if (!update.unreadable().isEmpty()) {
      throw new UserError(
          "%s in %s cannot be read and %s not in the history; mend or delete the folder:%n%s"
              .formatted(
                  update.unreadable().size() == 1 ? "1 run" : update.unreadable().size() + " runs",
                  root,
                  update.unreadable().size() == 1 ? "is" : "are",
                  update.unreadable().stream()
                      .map(run -> "  %s: %s".formatted(run.run(), run.reason()))
                      .collect(Collectors.joining(System.lineSeparator()))));
    }
  }
}
