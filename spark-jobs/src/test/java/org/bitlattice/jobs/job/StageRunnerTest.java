package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.run.Seeds;
import org.bitlattice.run.StageInputs;
import org.bitlattice.run.StageRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageRunnerTest {
  private static final Set<StageCommand> NOTHING = EnumSet.noneOf(StageCommand.class);

  @TempDir Path local;
  private HadoopFolder output;
  private StageRunner runner;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Progress progress =
      Progress.on(new PrintStream(said, true, StandardCharsets.UTF_8));
  private int worked;

  @BeforeEach
  void open() {
    output = HadoopFolder.at(local.resolve("out").toString(), new Configuration());
    runner = new StageRunner(output, new BuildInfo("1.2.3", "abc"), progress);
  }

  private Stage stage(String epochs, List<Stage> upstream, Stage.Work work) {
    StageInputs inputs =
        new StageInputs(
            "train",
            1,
            new TreeMap<>(Map.of("training.epochs", epochs)),
            new TreeMap<>(Map.of("prepare", "0123")));
    return new Stage(StageCommand.TRAIN, inputs, "baseline", upstream, work);
  }

  private Stage stage(String epochs) {
    return stage(epochs, List.of(), this::work);
  }

  private Map<String, Double> work(StageContext context, HadoopFolder folder) throws IOException {
    assertThat(folder.exists(StageRunner.BEGUN)).isTrue();
    assertThat(folder.exists(StageRunner.COMPLETE)).isFalse();
    worked++;
    folder.writeText("model-" + worked, "model");
    return Map.of("rounds", 3.0);
  }

  private void run(Stage stage) {
    runner.run(
        stage, NOTHING, () -> new StageContext(null, output, new Seeds(1), progress), () -> {});
  }

  private String said() {
    String text = said.toString(StandardCharsets.UTF_8);
    said.reset();
    return text;
  }

  private List<String> files() {
    return output.folder("baseline").names();
  }

  @Test
  void aStageIsRunRecordedAndThenSkipped() {
    Stage stage = stage("3");
    assertThat(runner.status(stage).kind()).isEqualTo(StageStatus.Kind.ABSENT);
    run(stage);
    assertThat(said()).matches("train +starts\ntrain +done in \\d+\\.\\d s\n");
    assertThat(files()).containsExactly("model-1", "stage.json");
    assertThat(runner.status(stage).kind()).isEqualTo(StageStatus.Kind.COMPLETE);
    StageRecord record = runner.record(stage);
    assertThat(record.inputs()).isEqualTo(stage.inputs());
    assertThat(record.version()).isEqualTo("1.2.3");
    assertThat(record.commit()).isEqualTo("abc");
    assertThat(record.counts()).isEqualTo(Map.of("rounds", 3.0));
    assertThat(record.seconds()).isBetween(0.0, 60.0);
    run(stage);
    assertThat(said()).matches("train +complete, skipped\n");
    assertThat(worked).isEqualTo(1);
  }

  @Test
  void aStageKilledAfterItsRecordIsTidied() {
    run(stage("3"));
    HadoopFolder folder = output.folder("baseline");
    folder.writeText(StageRunner.BEGUN, "left by a kill");
    folder.folder("checkpoints").writeText("round-0001", "left by a kill");
    run(stage("3"));
    assertThat(files()).containsExactly("model-1", "stage.json");
    assertThat(worked).isEqualTo(1);
  }

  @Test
  void nothingIsDeclaredCompleteWhenTheFolderIsNotOurs() {
    Runnable heldUntilTheWorkIsDone =
        () -> {
          if (worked > 0) {
            throw new UserError("taken");
          }
        };
    assertThatThrownBy(
            () ->
                runner.run(
                    stage("3"),
                    NOTHING,
                    () -> new StageContext(null, output, new Seeds(1), progress),
                    heldUntilTheWorkIsDone))
        .hasMessage("taken");
    assertThat(files()).containsExactly("begun.json", "model-1");
  }

  @Test
  void aStageThatFailsIsNotCompleteAndGoesOnWhereItStopped() {
    Stage failing =
        stage(
            "3",
            List.of(),
            (context, folder) -> {
              folder.writeText("round-1", "kept");
              throw new IOException("disk full");
            });
    assertThatThrownBy(() -> run(failing)).hasMessage("train failed: disk full");
    assertThat(files()).containsExactly("begun.json", "round-1");
    assertThat(runner.status(stage("3")))
        .isEqualTo(new StageStatus(StageStatus.Kind.BEGUN, List.of()));
    // A kill while the completion file was being written.
    output.folder("baseline").writeText(".stage.json.partial", "{ \"stage\" :");
    said();
    run(stage("3"));
    assertThat(said()).containsPattern("train +continues\n");
    assertThat(files()).contains("model-1", "round-1", "stage.json").doesNotContain("begun.json");
  }

  @Test
  void whatWasBegunFromOtherInputsIsNotContinued() {
    Stage failing =
        stage(
            "2",
            List.of(),
            (context, folder) -> {
              folder.writeText("round-1", "other");
              throw new IllegalStateException("killed");
            });
    assertThatThrownBy(() -> run(failing)).hasMessage("killed");
    assertThatThrownBy(() -> runner.refuseDifferent(List.of(stage("3")), NOTHING))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith("\n    training.epochs: was 2, now 3");
    runner.refuseDifferent(List.of(stage("3")), EnumSet.of(StageCommand.TRAIN));
    run(stage("3"));
    assertThat(files()).containsExactly("model-1", "stage.json");
  }

  @Test
  void aResultOfOtherInputsIsRefusedWithEveryKeyUnlessOverwritten() {
    run(stage("2"));
    StageInputs other =
        new StageInputs(
            "train",
            5,
            new TreeMap<>(Map.of("training.epochs", "3")),
            new TreeMap<>(Map.of("prepare", "4567")));
    Stage changed = new Stage(StageCommand.TRAIN, other, "baseline", List.of(), this::work);
    assertThatThrownBy(() -> runner.refuseDifferent(List.of(changed), Set.of(StageCommand.SCORE)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            the output folder holds results of other settings or inputs; choose another output, or give --overwrite with the stage
              train (%s):
                seed: was 1, now 5
                training.epochs: was 2, now 3
                input prepare: was 0123, now 4567"""
                .formatted(output.location("baseline")));
    runner.refuseDifferent(List.of(changed), EnumSet.of(StageCommand.TRAIN));
    run(changed);
    assertThat(files()).containsExactly("model-2", "stage.json");
    assertThat(runner.record(changed).inputs()).isEqualTo(other);
  }

  @Test
  void aStageNeedsWhatItReads() {
    StageInputs inputs = new StageInputs("quantize/x", 1, new TreeMap<>(), new TreeMap<>());
    Stage quantize =
        new Stage(
            StageCommand.QUANTIZE, inputs, "systems/x", List.of(stage("3")), (c, f) -> Map.of());
    String sentence =
        "quantize/x needs train, which is not complete for these settings in %s; run `bitlattice train` or `bitlattice run` first"
            .formatted(output.location("baseline"));
    assertThatThrownBy(() -> run(quantize)).isInstanceOf(UserError.class).hasMessage(sentence);
    run(stage("2"));
    assertThatThrownBy(() -> run(quantize)).isInstanceOf(UserError.class).hasMessage(sentence);
    assertThat(output.folder("systems").exists()).isFalse();
    output.delete("baseline");
    run(stage("3"));
    run(quantize);
    assertThat(output.folder("systems/x").names()).containsExactly("stage.json");
  }

  @Test
  void aRecordChangedByHandIsRefused() {
    run(stage("3"));
    HadoopFolder folder = output.folder("baseline");
    folder.writeText("stage.json", folder.readText("stage.json").replace("\"3\"", "\"4\""));
    assertThatThrownBy(() -> run(stage("4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(folder.location("stage.json") + ": the digest does not fit");
  }

  @Test
  void aFolderThatIsNotOursIsNeverDeleted() {
    output.folder("baseline").writeText("precious.txt", "text");
    assertThatThrownBy(() -> run(stage("1")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "train would be written to %s, which is not empty and was not made by Bitlattice; move it away or choose another output"
                .formatted(output.location("baseline")));
    assertThat(output.folder("baseline").readText("precious.txt")).isEqualTo("text");
  }
}
