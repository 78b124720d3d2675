package org.bitlattice.it.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterSimulatorTest {
  private static final RecordedRun RUN =
      new RecordedRun(
          1,
          List.of(
              job("prepare: reading train", 1, 0, 4),
              job("training round 1 of at most 2", 0.5, 1000, 1, 1, 1, 1),
              job("dev perplexity after training round 1", 0.5, 0, 2, 2)),
          3);

  private static RecordedJob job(String words, double idle, long broadcast, double... tasks) {
    return new RecordedJob(words, idle, 0, broadcast, List.of(Runs.stage(0, Set.of(), tasks)));
  }

  @Test
  void addsJobsUpByStageAndKeepsTheDriversTime() {
    Map<String, SimulatedStage> stages = new ClusterSimulator(Runs.free(2), 1).stages(RUN);
    assertThat(stages.keySet()).containsExactly("prepare", "train", ClusterSimulator.END);
    assertThat(stages.get("prepare").seconds()).isEqualTo(5);
    assertThat(stages.get("prepare").limit()).isEqualTo(Limit.FEW_TASKS);
    SimulatedStage train = stages.get("train");
    assertThat(train.seconds()).isEqualTo(1 + 2 + 2);
    assertThat(train.driverShare()).isCloseTo(0.2, within(1e-12));
    assertThat(train.tasks()).isEqualTo(6);
    assertThat(train.widest()).isEqualTo(4);
    assertThat(train.broadcastBytes()).isEqualTo(2000);
    assertThat(stages.get(ClusterSimulator.END).seconds()).isEqualTo(3);
    assertThat(new ClusterSimulator(Runs.free(2), 1).whole(RUN).seconds()).isEqualTo(13);
  }

  @Test
  void growingWorkKeepsCoresBusyAndTheSameWorkDoesNot() {
    SimulatedStage one = new ClusterSimulator(Runs.free(1), 1).whole(RUN);
    assertThat(one.seconds()).isEqualTo(5 + 12);
    SimulatedStage same = new ClusterSimulator(Runs.free(1000), Work.SAME.copies(1000)).whole(RUN);
    assertThat(same.seconds()).isEqualTo(5 + 4 + 1 + 2);
    assertThat(Work.SAME.efficiency(one.seconds(), same.seconds(), 1000))
        .isCloseTo(17.0 / 12_000, within(1e-12));
    SimulatedStage growing =
        new ClusterSimulator(Runs.free(1000), Work.GROWING.copies(1000)).whole(RUN);
    assertThat(growing.seconds()).isCloseTo(17, within(1e-9));
    assertThat(growing.tasks()).isEqualTo(7000);
    assertThat(Work.GROWING.efficiency(one.seconds(), growing.seconds(), 1000))
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void scoringHasLongerTasksAndAllocationStaysAsItIs() {
    RecordedRun run =
        new RecordedRun(
            1,
            List.of(job("allocate/kl-2", 0, 0, 1), job("scoring 3 transcripts", 0, 0, 1, 2, 1)),
            0);
    Map<String, SimulatedStage> stages = new ClusterSimulator(Runs.free(10), 10).stages(run);
    assertThat(stages.get("allocate/kl-2").seconds()).isEqualTo(1);
    assertThat(stages.get("score").seconds()).isEqualTo(20);
    assertThat(stages.get("score").tasks()).isEqualTo(3);
    assertThat(stages.get("score").limit()).isEqualTo(Limit.FEW_TASKS);
  }

  @Test
  void tasksOfAShareOfACoreAreShorterOnAWholeOne() {
    RecordedStage stage =
        new RecordedStage(0, Set.of(), List.of(Runs.task(4, 3000, 2), Runs.task(2, 3000, 2)));
    RecordedJob job = new RecordedJob("train", 3, 0, 0, List.of(stage));
    RecordedRun whole = new RecordedRun(1, List.of(job), 1).onWholeCores(0.5);
    // 2 and 1 seconds on one core, the driver's 4 and its 2 for each result as they were: the first
    // is read while the second is computed.
    assertThat(new ClusterSimulator(Runs.free(1), 1).whole(whole).seconds()).isEqualTo(4 + 2 + 4);
    assertThat(whole.jobs().get(0).stages().get(0).tasks().get(0).computed().processorSeconds())
        .isEqualTo(2);
  }

  @Test
  void anAveragingOfMoreWorkersStillGivesOneResult() {
    RecordedStage stage =
        new RecordedStage(0, Set.of(), List.of(Runs.task(1, 3000, 2), Runs.task(1, 3000, 2)));
    RecordedJob averaging = new RecordedJob("kl-2: ADMM round 1/2", 0, 0, 0, List.of(stage));
    RecordedJob other = new RecordedJob("perplexity of kl-2", 0, 0, 0, List.of(stage));
    RecordedRun run = new RecordedRun(1, List.of(averaging, other), 0);
    SimulatedStage grown = new ClusterSimulator(Runs.free(10), 10).whole(run);
    assertThat(grown.tasks()).isEqualTo(2 * 20);
    assertThat(grown.resultBytes()).isEqualTo(6000 + 60_000);
    // From second 1 on the driver's one thread reads for 4 seconds what is one result, and for 40
    // what are twenty.
    assertThat(grown.seconds()).isCloseTo(5 + 41, within(1e-9));
  }

  @Test
  void jobsBelongToTheStageThatTheirWordsName() {
    assertThat(
            List.of(
                ExperimentStage.of("prepare: counting the words of dev"),
                ExperimentStage.of("training round 3 of at most 12"),
                ExperimentStage.of("admm-2: ADMM round 3/12"),
                ExperimentStage.of("perplexity of kl-2"),
                ExperimentStage.of("rescoring eval with admm-2"),
                ExperimentStage.of("scoring 24 transcripts"),
                ExperimentStage.of("sensitivity/kl/tensor"),
                ExperimentStage.of("sensitivity/kl/tensor: shards 3 to 4 of at most 8")))
        .containsExactly(
            "prepare",
            "train",
            "quantize/admm-2",
            "quantize/kl-2",
            "rescore/admm-2/eval",
            "score",
            "sensitivity/kl/tensor",
            "sensitivity/kl/tensor");
  }
}
