package org.bitlattice.it.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.it.scaling.Network.Spread;
import org.bitlattice.it.scaling.ScalingReport.Variant;
import org.junit.jupiter.api.Test;

/**
 * Measures the pipeline with one and with two executors of one core, and replays the record of one
 * executor on simulated clusters of up to a thousand (docs/scaling.md). With {@code
 * -Dbitlattice.scaling-records=DIR} an earlier recording is replayed and nothing is run.
 */
class ScalingBenchmark {
  /** Two machines of a data centre: 10 Gbit/s, half a millisecond with Spark's handling. */
  private static final Network NETWORK = new Network(1.25e9, 0.0005, Spread.EXCHANGED);

  private static final double LAUNCH_SECONDS = 0.001;
  private static final int RESULT_THREADS = 4;

  /**
   * Texts of 52,000 training and 3,200 dev sentences: some minutes of one executor at its share of
   * a processor, so that a second Java (half a minute of processor time to load and compile its
   * code) does not decide what training and KL measurement show.
   */
  private static final int SAMPLES = 8;

  @Test
  void measuresTwoExecutorsAndReplaysUpToAThousand() throws IOException, InterruptedException {
    Path records = Path.of(System.getProperty("bitlattice.scaling-report")).toAbsolutePath();
    String earlier = System.getProperty("bitlattice.scaling-records", "");
    Recording one;
    Recording two;
    if (earlier.isEmpty()) {
      Path distribution = Path.of(System.getProperty("bitlattice.distribution"));
      Path own = records.resolve("records-" + System.currentTimeMillis());
      Path data = Recording.data(distribution, records.resolve("data"), SAMPLES);
      one = Recording.make(distribution, data, own.resolve("executors-1"), 1);
      two = Recording.make(distribution, data, own.resolve("executors-2"), 2);
      Recording.requireEqual(distribution, own.resolve("executors-1"), own.resolve("executors-2"));
    } else {
      one = Recording.read(Path.of(earlier).resolve("executors-1"));
      two = Recording.read(Path.of(earlier).resolve("executors-2"));
    }
    assertThat(one.run().cores()).isEqualTo(1);
    assertThat(two.run().cores()).isEqualTo(2);
    assertThat(two.stageSeconds().keySet()).isEqualTo(one.stageSeconds().keySet());

    String report = report(one, two);
    System.out.println(report);
    Files.createDirectories(records);
    Files.writeString(records.resolve("scaling.md"), report);
  }

  private static String report(Recording one, Recording two) {
    ClusterModel cluster = new ClusterModel(1, 1, driver(LAUNCH_SECONDS), NETWORK);
    ScalingReport report = new ScalingReport();
    report.heading("Measured");
    report.machine(one.machine(), two.machine());
    report.measured(one, two);
    report.heading("Replayed and predicted");
    report.say(
        "A task spends %.1f ms on the way to the executor and back (median of %,d)."
            .formatted(
                1e3 * one.run().medianRoundTripSeconds(),
                one.run().jobs().stream().mapToInt(RecordedJob::tasks).sum()));
    report.predicted(one.run(), two.run(), cluster);
    RecordedRun run = one.run().onWholeCores(one.machine().share());
    for (Work work : Work.values()) {
      report.heading(
          work == Work.SAME ? "The same work (strong scaling)" : "Growing work (weak scaling)");
      report.sizes(run, cluster, work);
      report.stages(run, cluster, work);
      Map<String, Variant> others = assumptions(run, cluster);
      others.put(
          "tasks take their processor time", new Variant(one.run().byProcessorTime(), cluster));
      report.assumptions(others, work);
    }
    return report.toString();
  }

  private static Map<String, Variant> assumptions(RecordedRun run, ClusterModel cluster) {
    Map<String, Variant> others = new LinkedHashMap<>();
    others.put("as above", new Variant(run, cluster));
    others.put("0.25 ms to launch a task", new Variant(run, cluster.with(driver(0.00025))));
    others.put("4 ms to launch a task", new Variant(run, cluster.with(driver(0.004))));
    others.put("links of 1 Gbit/s", new Variant(run, cluster.with(NETWORK.with(0.125e9))));
    others.put("links of 100 Gbit/s", new Variant(run, cluster.with(NETWORK.with(12.5e9))));
    others.put(
        "broadcasts from the driver alone",
        new Variant(run, cluster.with(NETWORK.with(Spread.FROM_DRIVER))));
    others.put(
        "16 threads for results",
        new Variant(run, cluster.with(new ClusterModel.Driver(LAUNCH_SECONDS, 16))));
    return others;
  }

  private static ClusterModel.Driver driver(double launchSeconds) {
    return new ClusterModel.Driver(launchSeconds, RESULT_THREADS);
  }
}
