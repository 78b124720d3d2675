package org.bitlattice.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A history for machines: a line of names, then a line for each row of its scores in the order of
 * the runs, with tabs between; numbers have a point and all their digits, and what is unknown is
 * empty.
 *
 * @param history finished runs
 * @param view what is written; all choices of score weights unless one is asked for
 */
public record HistoryTsv(RunHistory history, HistoryView view) {
  private static final List<String> COLUMNS =
      List.of(
          "run",
          "started_utc",
          "finished_utc",
          "version",
          "commit",
          "seed",
          "settings_digest",
          "inputs_digest",
          "seconds",
          "system",
          "set",
          "weights",
          "average_bits",
          "stored_bits",
          "model_bytes",
          "compression_ratio",
          "dev_perplexity",
          "eval_perplexity",
          "reference_words",
          "correct",
          "substitutions",
          "deletions",
          "insertions",
          "wer_percent");

  /** All lines. */
  public String text() {
    Map<RunKey, List<RunScoreRow>> scores = new HashMap<>();
    history
        .scores()
        .forEach(row -> scores.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row));
    StringBuilder text = new StringBuilder(String.join("\t", COLUMNS)).append('\n');
    List<RunRow> runs = history.runs();
    for (RunRow run : runs.subList(view.from(runs.size()), runs.size())) {
      scores.getOrDefault(run.key(), List.of()).stream()
          .filter(this::shows)
          .forEach(row -> text.append(line(run, row)).append('\n'));
    }
    return text.toString();
  }

  private boolean shows(RunScoreRow row) {
    return view.shows(row.system())
        && (row.set().isEmpty() || view.showsSet(row.set()))
        && view.weights().stream().allMatch(row.weights()::equals);
  }

  private static String line(RunRow run, RunScoreRow row) {
    return String.join(
        "\t",
        TextTable.plain(run.run()),
        run.startedUtc(),
        run.finishedUtc(),
        run.version(),
        run.commit(),
        Long.toString(run.seed()),
        run.settingsDigest(),
        run.inputsDigest(),
        Double.toString(run.seconds()),
        row.system(),
        row.set(),
        row.weights(),
        written(row.averageBits()),
        written(row.storedBits()),
        row.modelBytes().isPresent() ? Long.toString(row.modelBytes().getAsLong()) : "",
        written(row.compressionRatio()),
        written(row.devPerplexity()),
        written(row.evalPerplexity()),
        Long.toString(row.referenceWords()),
        Long.toString(row.correct()),
        Long.toString(row.substitutions()),
        Long.toString(row.deletions()),
        Long.toString(row.insertions()),
        written(row.werPercent()));
  }

  private static String written(OptionalDouble number) {
    return number.isPresent() && !Double.isNaN(number.getAsDouble())
        ? Double.toString(number.getAsDouble())
        : "";
  }
}
