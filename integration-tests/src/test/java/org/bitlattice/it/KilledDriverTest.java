package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs whose driver is killed with {@code kill -9} at random moments and that are started again end
 * with equal tables. The number of kills is {@code bitlattice.driver-kills}.
 */
class KilledDriverTest {
  private static final int KILLS = Integer.getInteger("bitlattice.driver-kills", 2);

  /** On one core and on two in turn: the number of cores may change from start to start. */
  private static final int MOST_CORES = 2;

  @TempDir private Path scratch;

  @Test
  void aRunKilledAtAnyMomentContinuesAndEndsWithEqualTables() {
    long longest = SmallExperiment.undisturbedMillis();
    Random random = new Random(20261124);
    int kills = 0;
    int starts = 0;
    for (int folder = 1; kills < KILLS; folder++) {
      Path output = scratch.resolve("run-" + folder);
      try (FaultTrial trial = new FaultTrial("local mode")) {
        boolean whole = false;
        while (!whole) {
          RunningLauncher run = start(output, 1 + starts++ % MOST_CORES);
          boolean kill = kills < KILLS && !run.endsWithin(random.nextLong(longest));
          LauncherRun end = kill ? run.kill() : run.end();
          if (kill && end.exitCode() == 137) {
            trial.made(Fault.DRIVER_KILLED, "at random moments of the run");
            kills++;
          } else {
            whole = true;
            trial.assertSurvived(end, output);
          }
        }
      }
    }
  }

  private static RunningLauncher start(Path output, int cores) {
    return SmallExperiment.launcher().start(SmallExperiment.local(cores, output));
  }

  /** The run that goes on has one core: it shows that one core gives the tables of two. */
  @Test
  void ofTwoRunsThatStartAtOnceOneIsRefusedAsALaterOneIsAndTheOtherGoesOn() {
    Path output = scratch.resolve("shared");
    try (FaultTrial trial = new FaultTrial("local mode")) {
      RunningLauncher one = start(output, 1);
      RunningLauncher other = start(output, 1);
      while (one.isAlive() && other.isAlive()) {
        RunningLauncher.pause(20);
      }
      RunningLauncher first = one.isAlive() ? one : other;
      assertRefused((first == one ? other : one).end(), output);
      trial.made(Fault.SECOND_RUN, "at the same moment");

      first.await(SmallExperiment.TRAINING);
      assertRefused(start(output, 2).end(), output);
      trial.made(Fault.SECOND_RUN, "in training");
      trial.assertSurvived(first.end(), output);
    }
  }

  private static void assertRefused(LauncherRun run, Path output) {
    assertThat(run.exitCode()).as(run.errors()).isEqualTo(2);
    assertThat(run.errors())
        .containsPattern(
            "bitlattice: another run works in file:%s: process [0-9]+ on [^ ]+, started [^ ]+ \\(its lock is file:%s/run.lock\\); wait for its end or choose another output\n"
                .formatted(output, output))
        .doesNotContain(" starts");
  }
}
