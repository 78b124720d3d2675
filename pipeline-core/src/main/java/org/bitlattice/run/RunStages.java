package org.bitlattice.run;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The stages that a finished run consists of: its last one and all that this was made from. They
 * are found by name and digest, so that what other settings left in the folder does not count.
 *
 * @param records upstream before downstream; the last stage of the run stands at the end
 * @param absent names of stages that were the input of one of them and are not among the records
 *     that were found, or only as made from other inputs
 */
public record RunStages(List<StageRecord> records, SortedSet<String> absent) {
  /** Name of the last stage of a run. */
  public static final String LAST = "report";

  /** Name of the stage that counts the errors. */
  public static final String SCORE = "score";

  /** Name in {@link #summary()}. */
  private static final String RUN = "run";

  public RunStages {
    records = List.copyOf(records);
    absent = Collections.unmodifiableSortedSet(new TreeSet<>(absent));
  }

  /**
   * The stages behind a run's last one.
   *
   * @param last record of the stage {@link #LAST}
   * @param found records of all complete stages in the folder
   */
  public static RunStages of(StageRecord last, Collection<StageRecord> found) {
    Map<String, StageRecord> byNameAndDigest = new HashMap<>();
    found.forEach(
        stage -> byNameAndDigest.put(key(stage.inputs().stage(), stage.inputs().digest()), stage));
    Map<String, StageRecord> reached = new LinkedHashMap<>();
    SortedSet<String> absent = new TreeSet<>();
    visit(last, byNameAndDigest, reached, absent);
    return new RunStages(List.copyOf(reached.values()), absent);
  }

  /** Puts a stage behind all that it was made from; a plan has no cycles. */
  private static void visit(
      StageRecord last,
      Map<String, StageRecord> found,
      Map<String, StageRecord> reached,
      SortedSet<String> absent) {
    Deque<StageRecord> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      StageRecord stage = open.peek();
      boolean waits = false;
      for (Map.Entry<String, String> input : stage.inputs().digests().entrySet()) {
        String key = key(input.getKey(), input.getValue());
        StageRecord upstream = found.get(key);
        if (upstream == null && isStage(input.getKey())) {
          absent.add(input.getKey());
        } else if (upstream != null && !reached.containsKey(key)) {
          open.push(upstream);
          waits = true;
        }
      }
      if (!waits) {
        open.pop();
        reached.putIfAbsent(key(stage.inputs().stage(), stage.inputs().digest()), stage);
      }
    }
  }

  private static String key(String name, String digest) {
    return name + ' ' + digest;
  }

  /** Inputs that are files are named by the path of a setting, which has a dot. */
  private static boolean isStage(String input) {
    return !input.split("/", 2)[0].contains(".");
  }

  /** Whether nothing is absent. */
  public boolean isWhole() {
    return absent.isEmpty();
  }

  /**
   * All stages as one record named {@code run}: seed, version and commit of the last stage, the
   * settings that any stage reads, the digests of input files, and the sum of the seconds.
   */
  public StageRecord summary() {
    TreeMap<String, String> settings = new TreeMap<>();
    TreeMap<String, String> files = new TreeMap<>();
    double seconds = 0;
    for (StageRecord stage : records) {
      settings.putAll(stage.inputs().settings());
      stage
          .inputs()
          .digests()
          .forEach(
              (name, digest) -> {
                if (!isStage(name)) {
                  files.put(name, digest);
                }
              });
      seconds += stage.seconds();
    }
    StageRecord last = last();
    return new StageRecord(
        new StageInputs(RUN, last.inputs().seed(), settings, files),
        last.version(),
        last.commit(),
        new TreeMap<>(),
        seconds);
  }

  /** Builds other than the last stage's that made a stage, as {@code version (commit)}. */
  public List<String> otherBuilds() {
    return records.stream()
        .map(RunStages::build)
        .distinct()
        .filter(build -> !build.equals(build(last())))
        .toList();
  }

  private static String build(StageRecord stage) {
    return "%s (%s)".formatted(stage.version(), stage.commit());
  }

  private StageRecord last() {
    return records.get(records.size() - 1);
  }
}
