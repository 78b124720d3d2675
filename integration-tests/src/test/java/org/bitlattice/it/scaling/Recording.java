package org.bitlattice.it.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run of the scaling experiment on executors of one core each: its event log and the seconds of
 * its stages.
 *
 * @param run what Spark logged
 * @param stageSeconds seconds of each stage of the experiment
 */
record Recording(RecordedRun run, Map<String, Double> stageSeconds) {
  private static final long LIMIT_SECONDS = 3600;

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
      sensitivity.sentences = 1200
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
          eval { path = ${data}"/sample-1/eval.slf.tar.gz", references = ${data}"/sample-1/eval.ref.trn" }
        }
      }
      """;

  /** Reads a recording that was made earlier. */
  static Recording read(Path folder) throws IOException {
    return new Recording(
        EventLog.read(folder.resolve("events")), StageSeconds.of(folder.resolve("experiment")));
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
            distribution,
            data.resolve("sample.log"),
            LIMIT_SECONDS,
            List.of("sample", sample.toString(), "--seed", String.valueOf(seed)));
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

  /** Runs the experiment and keeps its event log, {@code events}, and its folder. */
  static Recording make(Path distribution, Path data, Path folder, int executors)
      throws IOException, InterruptedException {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    try (RecordingCluster cluster =
        new RecordingCluster(distribution, folder.resolve("cluster"), executors)) {
      RecordingCluster.launch(
          distribution,
          folder.resolve("bitlattice.log"),
          LIMIT_SECONDS,
          List.of(
              "run",
              data.resolve("experiment.conf").toString(),
              "--set",
              "data=" + data,
              "--set",
              "output=" + folder.resolve("experiment"),
              "--",
              "--master",
              cluster.master(),
              "--conf",
              "spark.cores.max=" + executors,
              "--conf",
              "spark.executor.cores=1",
              "--conf",
              "spark.executor.memory=1g",
              "--conf",
              "spark.driver.host=127.0.0.1",
              "--conf",
              "spark.scheduler.minRegisteredResourcesRatio=1.0",
              "--conf",
              "spark.eventLog.enabled=true",
              "--conf",
              "spark.eventLog.dir=" + logs.toUri(),
              "--conf",
              "spark.eventLog.logBlockUpdates.enabled=true"));
    }
    try (Stream<Path> written = Files.list(logs)) {
      Files.move(
          written.findFirst().orElseThrow(),
          folder.resolve("events"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return read(folder);
  }
}
