package org.bitlattice.it.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run of the scaling experiment on executors of one core each: its event log and the seconds of
 * its stages.
 *
 * @param run what Spark logged
 * @param stageSeconds seconds of each stage of the experiment
 * @param machine what it had of the machine
 */
record Recording(RecordedRun run, Map<String, Double> stageSeconds, RecordedMachine machine) {
  private static final long LIMIT_SECONDS = 3600;
  private static final String MACHINE = "machine.conf";

  private static final String EXPERIMENT =
      """
      corpus {
        train = ${data}"/train.txt", dev = ${data}"/dev.txt", eval = ${data}"/eval.txt"
        vocabulary-file = ${data}"/sample-1/words.txt"
        segment-length = 24
      }
      model { embedding-size = 128, hidden-size = 192, layers = 2 }
      training {
        workers = 4, minibatch-segments = 16, averaging-frequency = 16, averagings-per-round = 4
        epochs = 1, learning-rate = 0.005
      }
      sensitivity.sentences = 3200
      system-defaults.low-bit-training { rounds = 2, averagings-per-round = 2 }
      systems {
        fp32 { method = full-precision }
        admm-kl-2 { precision = kl, budget.average-bits = 2 }
      }
      ngram.arpa = ${data}"/sample-1/bigram.arpa"
      lattices {
        n-best = 400
        sets {
          dev { path = ${data}"/sample-1/dev.slf.tar.gz", references = ${data}"/sample-1/dev.ref.trn" }
        }
      }
      """;

  /** Seconds of a stage in which no Spark job ran. */
  double driverSeconds(String stage) {
    double jobs =
        run.jobs().stream()
            .filter(job -> ExperimentStage.of(job.description()).equals(stage))
            .mapToDouble(RecordedJob::seconds)
            .sum();
    return Math.max(0, stageSeconds.get(stage) - jobs);
  }

  /** Reads a recording that was made earlier. */
  static Recording read(Path folder) throws IOException {
    return new Recording(
        EventLog.read(folder.resolve("events")),
        StageSeconds.of(folder.resolve("experiment")),
        RecordedMachine.read(folder.resolve(MACHINE)));
  }

  /**
   * Makes what the recordings share: the texts of several samples, the lattices of the first, and
   * the experiment. A sample that is there is kept.
   */
  static Path data(Path distribution, Path data, int samples)
      throws IOException, InterruptedException {
    Files.createDirectories(data);
    Files.writeString(data.resolve("experiment.conf"), EXPERIMENT);
    for (String text : List.of("train.txt", "dev.txt", "eval.txt")) {
      Files.deleteIfExists(data.resolve(text));
    }
    for (int seed = 1; seed <= samples; seed++) {
      Path sample = data.resolve("sample-" + seed);
      if (!Files.exists(sample)) {
        RecordingCluster.launch(
            data.resolve("sample.log"),
            LIMIT_SECONDS,
            List.of(launcher(distribution), "sample", sample.toString(), "--seed", "" + seed));
      }
      for (String text : List.of("train.txt", "dev.txt", "eval.txt")) {
        Files.write(
            data.resolve(text),
            Files.readAllBytes(sample.resolve(text)),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
    return data;
  }

  private static String launcher(Path distribution) {
    return distribution.resolve("bin/bitlattice").toString();
  }

  /** Runs the experiment and keeps its event log, {@code events}, and its folder. */
  static Recording make(Path distribution, Path data, Path folder, int executors)
      throws IOException, InterruptedException {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    try (Confinement confinement = Confinement.of(executors);
        RecordingCluster cluster =
            new RecordingCluster(distribution, folder.resolve("cluster"), executors, confinement)) {
      List<String> command = new ArrayList<>();
      command.add(launcher(distribution));
      command.addAll(experiment(data, folder));
      command.add("--");
      command.addAll(sparkOptions(cluster.url(), executors, logs));
      long self = ProcessHandle.current().pid();
      ProcessorTimes.Machine before = ProcessorTimes.Machine.now();
      double endedBefore = ProcessorTimes.endedChildren(self);
      long start = System.nanoTime();
      RecordingCluster.launch(
          folder.resolve("bitlattice.log"), LIMIT_SECONDS, confinement.other(command));
      double wall = (System.nanoTime() - start) / 1e9;
      double driver = ProcessorTimes.endedChildren(self) - endedBefore;
      double all = cluster.executorSeconds();
      ProcessorTimes.Machine machine = ProcessorTimes.Machine.now().since(before);
      new RecordedMachine(
              confinement.share(),
              confinement.words(),
              wall,
              all,
              driver,
              machine.busy() - all - driver,
              machine.stolen())
          .write(folder.resolve(MACHINE));
    }
    try (Stream<Path> written = Files.list(logs)) {
      Files.move(
          written.findFirst().orElseThrow(),
          folder.resolve("events"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return read(folder);
  }

  /** Asks the product whether two recordings have equal results, to the last bit. */
  static void requireEqual(Path distribution, Path one, Path other)
      throws IOException, InterruptedException {
    RecordingCluster.launch(
        other.resolve("compare.log"),
        LIMIT_SECONDS,
        List.of(
            launcher(distribution),
            "compare",
            one.resolve("experiment").toString(),
            other.resolve("experiment").toString()));
  }

  private static List<String> experiment(Path data, Path folder) {
    return List.of(
        "run",
        data.resolve("experiment.conf").toString(),
        "--set",
        "data=" + data,
        "--set",
        "output=" + folder.resolve("experiment"));
  }

  private static List<String> sparkOptions(String master, int executors, Path logs) {
    List<String> options = new ArrayList<>(List.of("--master", master));
    for (String setting :
        List.of(
            "spark.cores.max=" + executors,
            "spark.executor.cores=1",
            "spark.executor.memory=1g",
            "spark.driver.host=127.0.0.1",
            "spark.scheduler.minRegisteredResourcesRatio=1.0",
            "spark.eventLog.enabled=true",
            "spark.eventLog.dir=" + logs.toUri(),
            "spark.eventLog.logBlockUpdates.enabled=true")) {
      options.add("--conf");
      options.add(setting);
    }
    return options;
  }
}
