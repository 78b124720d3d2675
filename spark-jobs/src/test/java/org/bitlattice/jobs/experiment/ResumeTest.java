package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Test;

/** A run that is killed between two rounds and started again ends as if nothing had happened. */
class ResumeTest {
  private final TinyExperiment undisturbed = TinyExperiment.undisturbed();

  @Test
  void trainingContinuesAfterTheLastWholeRound() throws IOException {
    TinyExperiment killed = killedInTraining("killed-training");
    // What a kill in the middle of the next round may leave.
    Files.createDirectories(killed.path("baseline/checkpoints/partial"));
    Files.writeString(killed.path("baseline/checkpoints/partial/half"), "half");
    Files.createDirectories(killed.path("baseline/training.unfinished"));
    CommandRun again = killed.command("train");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .containsPattern("train +continues")
        .contains("  continues after round 2\n", "  round 3/3 ")
        .doesNotContain("round 2/3");
    assertThat(killed.path("baseline/begun.json")).doesNotExist();
    killed.assertSameResults(undisturbed, "baseline");
    assertThat(killed.command("quantize").err()).doesNotContain("starts");
  }

  @Test
  void aDamagedCheckpointSendsTrainingBackToTheRoundBefore() throws IOException {
    TinyExperiment killed = killedInTraining("damaged-checkpoint");
    cutOff(killed.path("baseline/checkpoints/round-0002"));
    CommandRun again = killed.command("train");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("  checkpoint of round 2 refused: ", "  continues after round 1\n")
        .contains("  round 2/3 ", "  round 3/3 ");
    killed.assertSameResults(undisturbed, "baseline");
  }

  private TinyExperiment killedInTraining(String name) {
    TinyExperiment killed = undisturbed.copyWithout(name, "baseline");
    CommandRun run = killed.command(2, "round 2/3", "train");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("bitlattice: internal error: ", "killed after:   round 2/3 ");
    assertThat(killed.path("baseline/begun.json")).exists();
    assertThat(killed.path("baseline/stage.json")).doesNotExist();
    assertThat(killed.path("baseline/checkpoints/round-0002")).exists();
    return killed;
  }

  /** Halves every file of a checkpoint. */
  private static void cutOff(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    }
  }

  @Test
  void admmContinuesAfterTheLastWholeRound() {
    TinyExperiment killed = undisturbed.copyWithout("killed-admm", "systems/admm-2");
    CommandRun run = killed.command(2, "ADMM round 1/2", "quantize");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(killed.path("systems/admm-2/stage.json")).doesNotExist();
    assertThat(killed.path("systems/admm-2/checkpoints/round-0001")).exists();
    CommandRun again = killed.command("quantize");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("  continues after round 1\n")
        .doesNotContain("ADMM round 1/2");
    killed.assertSameResults(undisturbed, "systems/admm-2");
  }

  @Test
  void straightThroughTrainingContinuesAfterTheLastWholeRound() {
    TinyExperiment killed = killedInLowBitTraining("killed-st", "straight-through round 1/2");
    CommandRun again = killed.command("quantize");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("  continues after round 1\n", "straight-through round 2/2")
        .doesNotContain("straight-through round 1/2");
    killed.assertSameResults(undisturbed, "systems/st-2");
  }

  @Test
  void fineTuningContinuesWithTheSameCodes() {
    TinyExperiment killed = killedInLowBitTraining("killed-tuning", "fine-tuning round 1/2");
    CommandRun again = killed.command("quantize");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("  continues after round 3\n", "fine-tuning round 2/2")
        .doesNotContain("straight-through round", "fine-tuning round 1/2");
    killed.assertSameResults(undisturbed, "systems/st-2");
  }

  @Test
  void aDamagedCheckpointSendsStraightThroughTrainingBackToTheRoundBefore() throws IOException {
    TinyExperiment killed = killedInLowBitTraining("damaged-st", "straight-through round 2/2");
    cutOff(killed.path("systems/st-2/checkpoints/round-0002"));
    CommandRun again = killed.command("quantize");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("  checkpoint of round 2 refused: ", "  continues after round 1\n");
    killed.assertSameResults(undisturbed, "systems/st-2");
  }

  private TinyExperiment killedInLowBitTraining(String name, String killAt) {
    TinyExperiment killed = undisturbed.copyWithout(name, "systems/st-2");
    assertThat(killed.command(2, killAt, "quantize").exitCode()).isEqualTo(3);
    assertThat(killed.path("systems/st-2/stage.json")).doesNotExist();
    return killed;
  }

  @Test
  void aBegunStageOfOtherSettingsIsNotContinued() {
    TinyExperiment killed = killedInTraining("killed-and-changed");
    CommandRun changed = killed.command("train", "--set", "training.dropout=0.3");
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err()).contains("    training.dropout: was 0.1, now 0.3\n");
  }
}
