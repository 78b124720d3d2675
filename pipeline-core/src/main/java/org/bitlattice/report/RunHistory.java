package org.bitlattice.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is known about finished runs, those among them whose folders are gone.
 *
 * @param runs by start, then by end and name
 * @param stages stages of these runs
 * @param scores systems of these runs
 */
public record RunHistory(List<RunRow> runs, List<RunStageRow> stages, List<RunScoreRow> scores) {
  private static final Comparator<RunRow> IN_TIME =
      Comparator.comparing(RunRow::startedUtc)
          .thenComparing(RunRow::finishedUtc)
          .thenComparing(RunRow::run)
          .thenComparing(RunRow::resultDigest);

  /** A history without runs. */
  public static final RunHistory EMPTY = new RunHistory(List.of(), List.of(), List.of());

  /**
   * Puts the runs in order. Rows of runs that are not among them are left out: they were written
   * before their run by a call that was cut off.
   */
  public RunHistory {
    runs = runs.stream().sorted(IN_TIME).toList();
    Set<RunKey> keys = keys(runs);
    stages = stages.stream().filter(row -> keys.contains(row.key())).toList();
    scores = scores.stream().filter(row -> keys.contains(row.key())).toList();
  }

  private static Set<RunKey> keys(List<RunRow> runs) {
    Set<RunKey> keys = new HashSet<>();
    runs.forEach(run -> keys.add(run.key()));
    return keys;
  }

  /** Whether a result is in it. */
  public boolean contains(RunKey key) {
    return runs.stream().anyMatch(run -> run.key().equals(key));
  }

  /** This history with the runs of another one that it does not have yet. */
  public RunHistory plus(RunHistory more) {
    Set<RunKey> own = keys(runs);
    return new RunHistory(
        joined(runs, more.runs, RunRow::key, own),
        joined(stages, more.stages, RunStageRow::key, own),
        joined(scores, more.scores, RunScoreRow::key, own));
  }

  private static <T> List<T> joined(
      List<T> rows, List<T> more, Function<T, RunKey> key, Set<RunKey> own) {
    List<T> all = new ArrayList<>(rows);
    more.stream().filter(row -> !own.contains(key.apply(row))).forEach(all::add);
    return all;
  }

  /**
   * What each run is called on a page: by its folder, and where several results had the same one,
   * also by its end.
   */
  List<String> names() {
    Map<String, Long> times =
        runs.stream().collect(Collectors.groupingBy(RunRow::run, Collectors.counting()));
    return runs.stream()
        .map(
            run ->
                TextTable.plain(run.run())
                    + (times.get(run.run()) > 1 ? " of " + run.finishedUtc() : ""))
        .toList();
  }

  /** Its systems, those of the newest run first and in its order. */
  List<String> systems() {
    Set<String> systems = new LinkedHashSet<>();
    for (int i = runs.size() - 1; i >= 0; i--) {
      RunKey key = runs.get(i).key();
      scores.stream()
          .filter(row -> row.key().equals(key))
          .forEach(row -> systems.add(row.system()));
    }
    return List.copyOf(systems);
  }

  /** Its lattice sets, in the order of their names. */
  List<String> sets() {
    return distinct(RunScoreRow::set);
  }

  /** Its choices of score weights, in the order of their names. */
  List<String> weights() {
    return distinct(RunScoreRow::weights);
  }

  private List<String> distinct(Function<RunScoreRow, String> name) {
    return scores.stream().map(name).filter(n -> !n.isEmpty()).distinct().sorted().toList();
  }

  /**
   * Holds that something that is asked for is there.
   *
   * @throws IllegalArgumentException naming what is not there, and what is
   */
  static void require(String what, Collection<String> wanted, List<String> known) {
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "no run in the history has the %s %s; there %s"
                .formatted(
                    what, name, known.isEmpty() ? "is none" : "are " + String.join(", ", known)));
      }
    }
  }
}
