package org.bitlattice.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How size, perplexity and word errors of systems moved over the runs of a history. */
record SystemTrends(RunHistory history, HistoryView view) {
  /** The weights that are shown unless others are asked for. */
  private static final String TUNED = "tuned";

  /** The only weights that the first pass has. */
  private static final String LATTICE = "lattice";

  /** The table of a system; empty when none of the runs that are shown has it. */
  String section(String system) {
    Map<RunKey, List<RunScoreRow>> rows =
        history.scores().stream()
            .filter(row -> row.system().equals(system))
            .collect(Collectors.groupingBy(RunScoreRow::key));
    if (shown().stream().noneMatch(run -> rows.containsKey(run.key()))) {
      return "";
    }
    Map<RunKey, RunScoreRow> any = new HashMap<>();
    rows.forEach((key, own) -> any.put(key, own.get(0)));
    List<String> names = new ArrayList<>(List.of("bytes", "ratio", "dev PPL", "eval PPL"));
    List<List<String>> columns = new ArrayList<>();
    columns.add(column(any, SystemTrends::bytes, 0));
    columns.add(column(any, RunScoreRow::compressionRatio, 2));
    columns.add(column(any, RunScoreRow::devPerplexity, 2));
    columns.add(column(any, RunScoreRow::evalPerplexity, 2));
    Set<String> weights = new LinkedHashSet<>();
    for (String set : sets(rows)) {
      Map<RunKey, RunScoreRow> scored = new HashMap<>();
      rows.forEach((key, own) -> scored(own, set).ifPresent(row -> scored.put(key, row)));
      names.add("WER % " + set);
      columns.add(column(scored, RunScoreRow::werPercent, 2));
      scored.values().forEach(row -> weights.add(row.weights()));
    }
    String title =
        weights.isEmpty()
            ? system
            : "%s, weights: %s".formatted(system, String.join(", ", weights));
    return "\nSystem %s\n%s"
        .formatted(
            title,
            TextTable.ofRuns(history.names(), view.from(history.runs().size()), names, columns));
  }

  private List<RunRow> shown() {
    return history.runs().subList(view.from(history.runs().size()), history.runs().size());
  }

  private static OptionalDouble bytes(RunScoreRow row) {
    return row.modelBytes().isPresent()
        ? OptionalDouble.of(row.modelBytes().getAsLong())
        : OptionalDouble.empty();
  }

  private List<String> sets(Map<RunKey, List<RunScoreRow>> rows) {
    return shown().stream()
        .flatMap(run -> rows.getOrDefault(run.key(), List.of()).stream())
        .map(RunScoreRow::set)
        .filter(set -> !set.isEmpty() && view.showsSet(set))
        .distinct()
        .sorted()
        .toList();
  }

  /** The row of a set with the weights that are asked for, or with those of the first pass. */
  private Optional<RunScoreRow> scored(List<RunScoreRow> rows, String set) {
    String wanted = view.weights().orElse(TUNED);
    return rows.stream()
        .filter(row -> row.set().equals(set))
        .filter(row -> row.weights().equals(wanted) || row.weights().equals(LATTICE))
        .findFirst();
  }

  private List<String> column(
      Map<RunKey, RunScoreRow> rows, Function<RunScoreRow, OptionalDouble> number, int decimals) {
    List<OptionalDouble> values = new ArrayList<>();
    for (RunRow run : history.runs()) {
      RunScoreRow row = rows.get(run.key());
      values.add(row == null ? OptionalDouble.empty() : number.apply(row));
    }
    return new Trend(values, decimals).cells();
  }
}
