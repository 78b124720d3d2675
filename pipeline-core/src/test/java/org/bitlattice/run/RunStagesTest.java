package org.bitlattice.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunStagesTest {
  private static StageRecord stage(
      String name, Map<String, String> settings, double seconds, Object... inputs) {
    return stage(name, "1.0.0", settings, seconds, inputs);
  }

  /** Inputs are stages, or names of files followed by their digests. */
  private static StageRecord stage(
      String name, String version, Map<String, String> settings, double seconds, Object... inputs) {
    TreeMap<String, String> digests = new TreeMap<>();
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i] instanceof StageRecord upstream) {
        digests.put(upstream.inputs().stage(), upstream.inputs().digest());
      } else {
        digests.put((String) inputs[i], (String) inputs[++i]);
      }
    }
    return new StageRecord(
        new StageInputs(name, 7, new TreeMap<>(settings), digests),
        version,
        "abc1234",
        new TreeMap<>(),
        seconds);
  }

  private static final StageRecord PREPARE =
      stage("prepare", Map.of("corpus.shards", "4"), 1.5, "corpus.train", "t1");
  private static final StageRecord TRAIN =
      stage("train", "0.9.0", Map.of("training.epochs", "2"), 60, PREPARE);
  private static final StageRecord MODEL = stage("quantize/q", Map.of(), 4, TRAIN, PREPARE);
  private static final StageRecord LATTICES =
      stage(
          "hypotheses/dev",
          Map.of("lattices.shards", "2"),
          2,
          PREPARE,
          "lattices.sets.dev.path",
          "l1",
          "lattices.sets.dev.path /data/a.ark",
          "l2");
  private static final StageRecord RESCORE = stage("rescore/q/dev", Map.of(), 8, MODEL, LATTICES);
  private static final StageRecord SCORE =
      stage("score", Map.of("scores.bootstrap", "0"), 0.5, MODEL, RESCORE, PREPARE);
  private static final StageRecord REPORT = stage("report", Map.of(), 0.25, SCORE);

  private static final List<StageRecord> ALL =
      List.of(REPORT, SCORE, RESCORE, LATTICES, MODEL, TRAIN, PREPARE);

  @Test
  void findsAllThatTheReportWasMadeFromUpstreamFirst() {
    RunStages stages = RunStages.of(REPORT, ALL);
    assertThat(stages.isWhole()).isTrue();
    assertThat(stages.records()).containsExactlyInAnyOrderElementsOf(ALL);
    for (StageRecord stage : stages.records()) {
      for (StageRecord other : stages.records()) {
        if (stage.inputs().digests().containsKey(other.inputs().stage())) {
          assertThat(stages.records().indexOf(other)).isLessThan(stages.records().indexOf(stage));
        }
      }
    }
    assertThat(stages.records()).endsWith(SCORE, REPORT);
  }

  @Test
  void leavesOutWhatOtherSettingsLeftInTheFolder() {
    StageRecord old = stage("quantize/old", Map.of("old", "1"), 100, TRAIN);
    StageRecord again = stage("train", Map.of("training.epochs", "3"), 100, PREPARE);
    List<StageRecord> found = new java.util.ArrayList<>(ALL);
    found.addAll(List.of(old, again));
    assertThat(RunStages.of(REPORT, found)).isEqualTo(RunStages.of(REPORT, ALL));
  }

  @Test
  void namesStagesThatAreGoneOrMadeAnewButNoFiles() {
    StageRecord again = stage("train", Map.of("training.epochs", "3"), 100, PREPARE);
    List<StageRecord> found = List.of(SCORE, RESCORE, MODEL, again, PREPARE);
    RunStages stages = RunStages.of(REPORT, found);
    assertThat(stages.isWhole()).isFalse();
    assertThat(stages.absent()).containsExactly("hypotheses/dev", "train");
  }

  @Test
  void sumsUpSettingsFilesAndSeconds() {
    StageRecord summary = RunStages.of(REPORT, ALL).summary();
    assertThat(summary.inputs().stage()).isEqualTo("run");
    assertThat(summary.inputs().seed()).isEqualTo(7);
    assertThat(summary.inputs().settings())
        .isEqualTo(
            Map.of(
                "corpus.shards", "4",
                "training.epochs", "2",
                "lattices.shards", "2",
                "scores.bootstrap", "0"));
    assertThat(summary.inputs().digests())
        .isEqualTo(
            Map.of(
                "corpus.train", "t1",
                "lattices.sets.dev.path", "l1",
                "lattices.sets.dev.path /data/a.ark", "l2"));
    assertThat(summary.seconds()).isEqualTo(1.5 + 60 + 4 + 2 + 8 + 0.5 + 0.25);
    assertThat(summary.version()).isEqualTo("1.0.0");
    assertThat(summary.commit()).isEqualTo("abc1234");
  }

  @Test
  void tellsWhichOtherBuildsMadeStages() {
    assertThat(RunStages.of(REPORT, ALL).otherBuilds()).containsExactly("0.9.0 (abc1234)");
    assertThat(RunStages.of(PREPARE, List.of(PREPARE)).otherBuilds()).isEmpty();
  }
}
