package org.bitlattice.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page that shows how size, word errors and time moved over runs, as plain text.
 *
 * @param location folder that holds the runs
 * @param history finished runs
 * @param there results whose folders are still there
 * @param unfinished runs without a result
 * @param unreadable runs with damaged files
 * @param view what is shown
 */
public record HistoryPage(
    String location,
    RunHistory history,
    Set<RunKey> there,
    List<UnfinishedRun> unfinished,
    List<UnreadableRun> unreadable,
    HistoryView view) {
  private static final int DIGEST_DIGITS = 8;

  /** Most differences of a run that are listed. */
  private static final int MOST_DIFFERENCES = 20;

  /** Kinds of stages in the order in which they run; others stand behind them. */
  private static final List<String> KINDS =
      List.of(
          "prepare",
          "train",
          "sensitivity",
          "allocate",
          "quantize",
          "hypotheses",
          "rescore",
          "score",
          "report");

  /** The whole page. */
  public String text() {
    int shown = history.runs().size() - from();
    StringBuilder page = new StringBuilder();
    page.append(
        "History of %s: %s%s\n"
            .formatted(
                location,
                history.runs().size() == 1
                    ? "1 finished run"
                    : "%d finished runs".formatted(history.runs().size()),
                from() > 0 ? ", the newest %d shown".formatted(shown) : ""));
    if (shown > 0) {
      page.append(
          "In parentheses: the change since the run before and since the first run that have the number; = is no change.\n");
      appendRuns(page);
      appendSeconds(page);
      appendDifferences(page);
      SystemTrends trends = new SystemTrends(history, view);
      history.systems().stream()
          .filter(view::shows)
          .forEach(system -> page.append(trends.section(system)));
    }
    appendOthers(page);
    return page.toString();
  }

  private int from() {
    return view.from(history.runs().size());
  }

  private List<RunRow> shown() {
    return history.runs().subList(from(), history.runs().size());
  }

  private void appendRuns(StringBuilder page) {
    List<String> seconds =
        new Trend(history.runs().stream().map(run -> OptionalDouble.of(run.seconds())).toList(), 1)
            .cells();
    TextTable table =
        new TextTable(
            List.of(
                "run",
                "started (UTC)",
                "finished (UTC)",
                "version",
                "commit",
                "settings",
                "inputs",
                "folder",
                "seconds"));
    for (int i = from(); i < history.runs().size(); i++) {
      RunRow run = history.runs().get(i);
      table.add(
          List.of(
              TextTable.plain(run.run()),
              time(run.startedUtc()),
              time(run.finishedUtc()),
              run.version(),
              run.commit() + (run.otherBuilds().isPresent() ? " *" : ""),
              shortened(run.settingsDigest()),
              shortened(run.inputsDigest()),
              there.contains(run.key()) ? "there" : "gone",
              seconds.get(i)));
    }
    page.append("\nRuns\n").append(table.text());
    for (RunRow run : shown()) {
      run.otherBuilds()
          .ifPresent(
              builds ->
                  page.append(
                      "* stages of %s were also made by %s\n"
                          .formatted(TextTable.plain(run.run()), builds)));
    }
  }

  private static String time(String utc) {
    return utc.replace('T', ' ').replace("Z", "");
  }

  private static String shortened(String digest) {
    return digest.substring(0, Math.min(DIGEST_DIGITS, digest.length()));
  }

  private void appendSeconds(StringBuilder page) {
    Map<RunKey, Map<String, Double>> seconds = new HashMap<>();
    for (RunStageRow row : history.stages()) {
      seconds
          .computeIfAbsent(row.key(), key -> new HashMap<>())
          .merge(row.kind(), row.seconds(), Double::sum);
    }
    List<String> kinds = kinds(seconds);
    List<List<String>> columns = new ArrayList<>();
    for (String kind : kinds) {
      columns.add(
          new Trend(
                  history.runs().stream()
                      .map(run -> seconds.getOrDefault(run.key(), Map.of()).get(kind))
                      .map(s -> s == null ? OptionalDouble.empty() : OptionalDouble.of(s))
                      .toList(),
                  1)
              .cells());
    }
    page.append("\nSeconds by stage\n")
        .append(TextTable.ofRuns(history.names(), from(), kinds, columns));
  }

  private List<String> kinds(Map<RunKey, Map<String, Double>> seconds) {
    Set<String> found =
        shown().stream()
            .flatMap(run -> seconds.getOrDefault(run.key(), Map.of()).keySet().stream())
            .collect(Collectors.toSet());
    return Stream.concat(
            KINDS.stream().filter(found::contains),
            found.stream().filter(kind -> !KINDS.contains(kind)).sorted())
        .toList();
  }

  private void appendDifferences(StringBuilder page) {
    List<String> names = history.names();
    StringBuilder all = new StringBuilder();
    for (int i = Math.max(1, from()); i < history.runs().size(); i++) {
      List<String> differences = history.runs().get(i).differencesFrom(history.runs().get(i - 1));
      if (differences.isEmpty()) {
        continue;
      }
      all.append("%s against %s\n".formatted(names.get(i), names.get(i - 1)));
      differences.stream()
          .limit(MOST_DIFFERENCES)
          .forEach(difference -> all.append("  ").append(TextTable.plain(difference)).append('\n'));
      if (differences.size() > MOST_DIFFERENCES) {
        all.append("  and %d more\n".formatted(differences.size() - MOST_DIFFERENCES));
      }
    }
    page.append("\nChanged settings and input files\n").append(all.isEmpty() ? "none\n" : all);
  }

  private void appendOthers(StringBuilder page) {
    if (!unfinished.isEmpty()) {
      page.append("\nNot finished\n");
      unfinished.forEach(
          run -> page.append("%s: %s\n".formatted(TextTable.plain(run.run()), run.sentence())));
    }
    if (!unreadable.isEmpty()) {
      page.append("\nCannot be read\n");
      unreadable.forEach(
          run -> page.append("%s: %s\n".formatted(TextTable.plain(run.run()), run.reason())));
    }
  }
}
