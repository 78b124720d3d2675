package org.bitlattice.it.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading events as Spark 3.5 writes them, without the fields that nobody reads. */
class EventLogTest {
  private static final String START =
      "{\"Event\":\"SparkListenerApplicationStart\",\"App Name\":\"bitlattice\",\"Timestamp\":1000}";
  private static final String EXECUTOR =
      "{\"Event\":\"SparkListenerExecutorAdded\",\"Timestamp\":1100,\"Executor ID\":\"0\",\"Executor Info\":{\"Total Cores\":2}}";
  private static final String SQL =
      "{\"Event\":\"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart\",\"executionId\":0}";
  private static final String END =
      "{\"Event\":\"SparkListenerApplicationEnd\",\"Timestamp\":9000}";

  @TempDir private Path folder;

  @Test
  void readsJobsStagesTasksBroadcastsAndTheDriversTime() throws IOException {
    RecordedRun run =
        read(
            START,
            EXECUTOR,
            SQL,
            stored("driver", "broadcast_0_piece0", 4_000_000),
            stored("driver", "broadcast_0_piece1", 500_000),
            stored("driver", "rdd_3_0", 7),
            jobStart(0, 3000, "train", "0:", "1:0"),
            submitted(0),
            stored("driver", "broadcast_1_piece0", 10_000),
            stored("0", "broadcast_0_piece0", 4_000_000),
            task(0, "Success", 3100, 0, 3600),
            task(0, "ExceptionFailure", 3600, 0, 3700),
            submitted(1),
            task(1, "Success", 4000, 4500, 4800),
            removed("driver", "broadcast_0_piece0", 4_000_000),
            jobEnd(0, 5000),
            jobStart(1, 5500, "rescoring dev with fp32", "1:0", "2:1"),
            submitted(2),
            task(2, "Success", 5600, 0, 5800),
            jobEnd(1, 6000),
            END);

    assertThat(run.cores()).isEqualTo(2);
    assertThat(run.seconds()).isCloseTo(8, within(1e-9));
    assertThat(run.idleAfter()).isCloseTo(3, within(1e-9));
    assertThat(run.medianRoundTripSeconds()).isCloseTo(0.35, within(1e-9));
    RecordedJob first = run.jobs().get(0);
    assertThat(first.description()).isEqualTo("train");
    assertThat(first.idleBefore()).isCloseTo(2, within(1e-9));
    assertThat(first.seconds()).isCloseTo(2, within(1e-9));
    assertThat(first.broadcastBytes()).isEqualTo(4_510_000);
    assertThat(first.stages()).extracting(RecordedStage::id).containsExactly(0, 1);
    assertThat(first.stages().get(1).parents()).containsExactly(0);
    assertThat(first.stages().get(0).tasks()).hasSize(1);
    RecordedTask fetched = first.stages().get(1).tasks().get(0);
    assertThat(fetched.coreSeconds()).isCloseTo(0.5, within(1e-9));
    assertThat(fetched.fetchSeconds()).isCloseTo(0.3, within(1e-9));
    assertThat(fetched.computed().seconds()).isCloseTo(0.15, within(1e-9));
    assertThat(fetched.computed().processorSeconds()).isCloseTo(0.1, within(1e-9));
    RecordedTask unshared = run.byProcessorTime().jobs().get(0).stages().get(1).tasks().get(0);
    assertThat(unshared.coreSeconds()).isCloseTo(0.1, within(1e-9));
    assertThat(unshared.fetchSeconds()).isCloseTo(0.3, within(1e-9));
    assertThat(fetched.bytes()).isEqualTo(new RecordedTask.Bytes(900, 40, 7, 5));
    RecordedJob second = run.jobs().get(1);
    assertThat(second.broadcastBytes()).isZero();
    assertThat(second.stages()).extracting(RecordedStage::id).containsExactly(2);
    assertThat(second.stages().get(0).parents()).as("stage 1 was done before").isEqualTo(Set.of());
    assertThat(second.stages().get(0).tasks().get(0).fetchSeconds()).isZero();
  }

  @Test
  void refusesLogsThatAreCutOffOrThatCannotBeReplayed() {
    assertThatThrownBy(() -> read(START, EXECUTOR))
        .hasMessage(
            "%s: the run did not end: there is no SparkListenerApplicationEnd",
            folder.resolve("log"));
    assertThatThrownBy(() -> read(START, END.substring(0, 50)))
        .hasMessageStartingWith("%s:2: cannot read the event: ", folder.resolve("log"));
    assertThatThrownBy(
            () -> read(START, jobStart(0, 3000, "a", "0:"), jobStart(1, 3500, "b", "1:")))
        .hasMessageEndingWith(
            "job 1 starts while job 0 runs; only jobs one after the other can be replayed");
  }

  private RecordedRun read(String... lines) throws IOException {
    return EventLog.read(Files.write(folder.resolve("log"), List.of(lines)));
  }

  /** Stages as {@code id:parent}. */
  private static String jobStart(int job, long time, String words, String... stages) {
    List<String> infos = new ArrayList<>();
    for (String stage : stages) {
      String[] parts = stage.split(":", 2);
      infos.add("{\"Stage ID\":%s,\"Parent IDs\":[%s]}".formatted(parts[0], parts[1]));
    }
    return "{\"Event\":\"SparkListenerJobStart\",\"Job ID\":%d,\"Submission Time\":%d,\"Stage Infos\":[%s],\"Properties\":{\"spark.job.description\":\"%s\",\"spark.app.id\":\"app\"}}"
        .formatted(job, time, String.join(",", infos), words);
  }

  private static String jobEnd(int job, long time) {
    return "{\"Event\":\"SparkListenerJobEnd\",\"Job ID\":%d,\"Completion Time\":%d}"
        .formatted(job, time);
  }

  private static String submitted(int stage) {
    return "{\"Event\":\"SparkListenerStageSubmitted\",\"Stage Info\":{\"Stage ID\":%d}}"
        .formatted(stage);
  }

  private static String task(int stage, String reason, long launch, long getting, long finish) {
    return ("{\"Event\":\"SparkListenerTaskEnd\",\"Stage ID\":%d,\"Task End Reason\":{\"Reason\":\"%s\"},"
            + "\"Task Info\":{\"Launch Time\":%d,\"Executor ID\":\"0\",\"Getting Result Time\":%d,\"Finish Time\":%d},"
            + "\"Task Metrics\":{\"Executor Deserialize Time\":20,\"Executor Run Time\":120,\"Executor Deserialize CPU Time\":15000000,\"Executor CPU Time\":85000000,\"Result Size\":900,\"Result Serialization Time\":10,"
            + "\"Shuffle Read Metrics\":{\"Remote Bytes Read\":3,\"Local Bytes Read\":4},\"Shuffle Write Metrics\":{\"Shuffle Bytes Written\":5},"
            + "\"Input Metrics\":{\"Bytes Read\":40}}}")
        .formatted(stage, reason, launch, getting, finish);
  }

  private static String stored(String executor, String block, long bytes) {
    return update(executor, block, bytes, true);
  }

  private static String removed(String executor, String block, long bytes) {
    return update(executor, block, bytes, false);
  }

  private static String update(String executor, String block, long bytes, boolean used) {
    return "{\"Event\":\"SparkListenerBlockUpdated\",\"Block Updated Info\":{\"Block Manager ID\":{\"Executor ID\":\"%s\"},\"Block ID\":\"%s\",\"Storage Level\":{\"Use Disk\":false,\"Use Memory\":%s},\"Memory Size\":%d,\"Disk Size\":0}}"
        .formatted(executor, block, used, bytes);
  }
}
