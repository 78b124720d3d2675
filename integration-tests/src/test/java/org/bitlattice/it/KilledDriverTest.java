package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs whose driver is killed with {@code kill -9} at random moments and that are started again end
 * with equal tables. The number of kills is {@code bitlattice.driver-kills}.
 */
class KilledDriverTest {
  private static final int KILLS = Integer.getInteger("bitlattice.driver-kills", 3);

  /** Longest time until a kill, as a multiple of what a start takes until its first stage. */
  private static final long LONGEST_MILLIS = 20_000;

  @TempDir private Path scratch;

  @Test
  @Tag("long")
  void aRunKilledAtAnyMomentContinuesAndEndsWithEqualTables() {
    SmallExperiment.undisturbed();
    Random random = new Random(20261124);
    int kills = 0;
    for (int folder = 1; kills < KILLS; folder++) {
      Path output = scratch.resolve("run-" + folder);
      boolean whole = false;
      while (!whole) {
        RunningLauncher run = LauncherRun.launcher().start(SmallExperiment.local(output));
        if (kills < KILLS && !run.endsWithin(random.nextLong(LONGEST_MILLIS))) {
          run.kill();
          kills++;
        } else {
          LauncherRun end = run.end();
          assertThat(end.exitCode()).as("after %d kills: %s", kills, end.errors()).isZero();
          whole = true;
        }
      }
      SmallExperiment.assertSameResults(output);
    }
  }

  @Test
  void aSecondRunOnTheSameFolderIsRefusedAndTheFirstGoesOn() {
    Path output = scratch.resolve("shared");
    RunningLauncher first = LauncherRun.launcher().start(SmallExperiment.local(output));
    first.await(SmallExperiment.TRAINING);
    LauncherRun second = LauncherRun.launcher().run(SmallExperiment.local(output));
    assertThat(second.exitCode()).isEqualTo(2);
    assertThat(second.errors())
        .containsPattern(
            "bitlattice: another run works in file:%s: process [0-9]+ on [^ ]+, started [^ ]+ \\(its lock is file:%s/run.lock\\); wait for its end or choose another output\n"
                .formatted(output, output))
        .doesNotContain(" starts");
    assertThat(first.isAlive()).isTrue();
    first.await("  round 2/").kill();
  }
}
