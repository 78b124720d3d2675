package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path local;
  private HadoopFolder stage;
  private Checkpoints checkpoints;

  @BeforeEach
  void open() {
    stage = HadoopFolder.at(local.resolve("stage").toString(), new Configuration());
    checkpoints = new Checkpoints(stage);
  }

  private void write(int round, String text) throws IOException {
    checkpoints.write(round, folder -> folder.writeText("state", text));
  }

  @Test
  void aRoundIsThereOnceItIsWritten() throws IOException {
    assertThat(checkpoints.has(3)).isFalse();
    write(3, "three");
    assertThat(checkpoints.has(3)).isTrue();
    assertThat(checkpoints.has(30)).isFalse();
    assertThat(checkpoints.of(3).readText("state")).isEqualTo("three");
    write(3, "again");
    assertThat(checkpoints.of(3).readText("state")).isEqualTo("again");
  }

  @Test
  void aCheckpointThatFailsIsNotThereAndSpoilsNothing() throws IOException {
    write(1, "one");
    assertThatThrownBy(
            () ->
                checkpoints.write(
                    2,
                    folder -> {
                      folder.writeText("state", "half");
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(checkpoints.has(1)).isTrue();
    assertThat(checkpoints.has(2)).isFalse();
    checkpoints.write(2, folder -> folder.writeText("other", "two"));
    assertThat(checkpoints.of(2).names()).containsExactly("other");
  }

  @Test
  void onlyTheRoundsAskedForAreKept() throws IOException {
    for (int round = 0; round < 5; round++) {
      write(round, "");
    }
    stage.folder("checkpoints").folder("partial").create();
    checkpoints.keepOnly(Set.of(0, 4, 9));
    assertThat(stage.folder("checkpoints").names()).containsExactly("round-0000", "round-0004");
    checkpoints.deleteAll();
    assertThat(stage.names()).isEmpty();
    checkpoints.deleteAll();
  }

  @Test
  void keepsWhatADamagedLastCheckpointWouldFallBackTo() {
    assertThat(Checkpoints.needed(5, round -> round < 5 ? 2 : 5)).containsExactly(2, 4, 5);
    assertThat(Checkpoints.needed(1, round -> 1)).containsExactly(1);
    assertThat(Checkpoints.needed(0, round -> 0)).containsExactly(0);
  }
}
