package org.bitlattice.it.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.bitlattice.it.scaling.Network.Spread;
import org.junit.jupiter.api.Test;

/** The simulation against schedules made by hand, and against what holds for every schedule. */
class JobSimulationTest {
  private static final int CASES = 200;

  @Test
  void givesTheNextTaskToTheCoreThatIsFreeFirst() {
    // 3 and 1 start; 1 ends, 2 starts there; at 3 both are free.
    assertThat(seconds(Runs.job(3, 1, 2), Runs.free(2))).isEqualTo(3);
    // 4 and 3 start; 2 follows the 3, 3 follows the 4.
    assertThat(seconds(Runs.job(4, 3, 2, 3), Runs.free(2))).isEqualTo(7);
    assertThat(seconds(Runs.job(4, 3, 2, 3), Runs.free(3))).isEqualTo(5);
    assertThat(seconds(Runs.job(4, 3, 2, 3), Runs.free(100))).isEqualTo(4);
  }

  @Test
  void startsAStageWhenItsParentsAreComplete() {
    RecordedJob job =
        Runs.job(
            0,
            Runs.stage(0, Set.of(), 2, 5),
            Runs.stage(1, Set.of(), 1),
            Runs.stage(2, Set.of(0, 1), 4, 4));
    assertThat(seconds(job, Runs.free(1))).isEqualTo(16);
    assertThat(seconds(job, Runs.free(2))).isEqualTo(9);
    assertThat(JobSimulation.criticalPathSeconds(job)).isEqualTo(9);
  }

  @Test
  void launchesOneTaskAfterTheOther() {
    ClusterModel cluster = Runs.free(4).with(new ClusterModel.Driver(0.5, 1));
    // Launched at 0.5, 1, 1.5 and 2; the last one ends a second later.
    assertThat(seconds(Runs.job(1, 1, 1, 1), cluster)).isEqualTo(3);
    SimulatedJob slow = JobSimulation.run(Runs.job(0.1, 0.1, 0.1), cluster, 10);
    assertThat(slow.limit()).isEqualTo(Limit.LAUNCHING);
    assertThat(slow.seconds()).isCloseTo(15.1, within(1e-9));
  }

  @Test
  void takesResultsOverOneLinkAndReadsThemInThreads() {
    RecordedStage stage =
        new RecordedStage(0, Set.of(), List.of(Runs.task(1, 1000, 2), Runs.task(1, 1000, 2)));
    RecordedJob job = Runs.job(0, stage);
    Network slow = new Network(1000, 0, Spread.EXCHANGED);
    // Both are done at 1; their results arrive at 2 and 3 and are read in 2 seconds each.
    ClusterModel oneThread = Runs.free(2).with(slow);
    assertThat(seconds(job, oneThread)).isEqualTo(6);
    assertThat(seconds(job, oneThread.with(new ClusterModel.Driver(0, 2)))).isEqualTo(5);
    assertThat(JobSimulation.run(job, oneThread, 1).limit()).isEqualTo(Limit.RESULTS);
  }

  @Test
  void waitsForTheBroadcastOncePerExecutor() {
    Network network = new Network(Network.PIECE_BYTES, 0.25, Spread.EXCHANGED);
    RecordedJob job = Runs.job((long) Network.PIECE_BYTES, Runs.stage(0, Set.of(), 1, 1, 1, 1));
    // One piece needs a second: it is with the first executor after 1.25, with the second after
    // 2.5.
    assertThat(seconds(job, Runs.free(1).with(network))).isEqualTo(5.25);
    assertThat(seconds(job, Runs.free(2).with(network))).isEqualTo(4.25);
    assertThat(JobSimulation.run(job, Runs.free(8).with(network), 1).executors()).isEqualTo(4);
  }

  @Test
  void passesPiecesOnWhileOthersFollow() {
    Network network = new Network(Network.PIECE_BYTES, 0, Spread.EXCHANGED);
    long pieces = 10;
    long bytes = pieces * (long) Network.PIECE_BYTES;
    assertThat(network.arrival(bytes, 1)).isEqualTo(10);
    assertThat(network.arrival(bytes, 3)).isEqualTo(11);
    assertThat(network.arrival(bytes, 1000)).isEqualTo(19);
    assertThat(network.with(Spread.FROM_DRIVER).arrival(bytes, 1000)).isEqualTo(10_000);
    assertThat(network.arrival(0, 1000)).isZero();
  }

  @Test
  void oneCoreTakesTheSumOfTheTasks() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < CASES; i++) {
      RecordedJob job = Runs.randomChain(random);
      assertThat(seconds(job, Runs.free(1))).isCloseTo(job.coreSeconds(), within(1e-9));
    }
  }

  @Test
  void isNeverFasterThanCoresOrTheCriticalPathAllow() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < CASES; i++) {
      RecordedJob job = Runs.randomChain(random);
      ClusterModel cluster =
          Runs.free(random.nextInt(1, 50)).with(new ClusterModel.Driver(random.nextDouble(0.1), 1));
      int copies = random.nextInt(1, 5);
      SimulatedJob simulated = JobSimulation.run(job, cluster, copies);
      simulated
          .bounds()
          .forEach(
              (limit, bound) ->
                  assertThat(simulated.seconds()).as(limit.name()).isGreaterThan(bound - 1e-9));
      assertThat(simulated.tasks()).isEqualTo((long) copies * job.tasks());
      // Graham's bound for list scheduling, stage by stage.
      assertThat(simulated.seconds())
          .isLessThan(
              copies * job.coreSeconds() / cluster.slots()
                  + job.stages().stream().mapToDouble(RecordedStage::longestTaskSeconds).sum()
                  + simulated.tasks() * cluster.driver().launchSeconds()
                  + 1e-9);
    }
  }

  @Test
  void moreExecutorsAreNeverSlowerAndMoreWorkNeverFaster() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < CASES; i++) {
      RecordedJob job = Runs.randomChain(random);
      double before = Double.MAX_VALUE;
      for (int executors = 1; executors < 20; executors++) {
        double now = seconds(job, Runs.free(executors));
        assertThat(now).isLessThan(before + 1e-9);
        assertThat(JobSimulation.run(job, Runs.free(executors), 2).seconds())
            .isGreaterThan(now - 1e-9);
        before = now;
      }
    }
  }

  @Test
  void refusesACycleOfStagesAndClustersThatCannotBe() {
    RecordedJob cycle = Runs.job(0, Runs.stage(0, Set.of(1), 1), Runs.stage(1, Set.of(0), 1));
    assertThatThrownBy(() -> seconds(cycle, Runs.free(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stage 0 waits for a stage that never ends");
    assertThatThrownBy(() -> Runs.free(0))
        .hasMessage("a cluster of 0 executors with 1 cores each; it must have at least 1 of both");
    assertThatThrownBy(() -> JobSimulation.run(Runs.job(1.0), Runs.free(1), 0))
        .hasMessage("the work cannot be repeated 0 times; it must be at least once");
  }

  private static double seconds(RecordedJob job, ClusterModel cluster) {
    return JobSimulation.run(job, cluster, 1).seconds();
  }
}
