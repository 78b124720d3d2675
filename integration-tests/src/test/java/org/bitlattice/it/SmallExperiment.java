package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A very small experiment that goes through every stage, and its results when nothing disturbs it.
 */
final class SmallExperiment {
  /**
   * Stages whose work is spread over executors, in their order, by what is said when they start.
   */
  static final String TRAINING = "train                        starts";

  static final String PROBES = "sensitivity/kl/tensor        starts";
  static final String ADMM = "quantize/admm-2              starts";
  static final String RESCORING = "rescore/admm-2/dev           starts";

  /** Options of Java for processes that do not live long. */
  static final String SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn96m";

  private static final String CONFIGURATION =
      """
      corpus {
        train = ${data}"/train.txt", dev = ${data}"/dev.txt", eval = ${data}"/eval.txt"
        vocabulary-file = ${data}"/words.txt"
        segment-length = 16, shards = 4
      }
      model { embedding-size = 16, hidden-size = 24, layers = 1 }
      training {
        minibatch-segments = 16, averaging-frequency = 2, averagings-per-round = 3, epochs = 1
      }
      evaluation { shards = 4, sentences-per-round = 60 }
      sensitivity { bits = [1, 2, 4, 8], sentences = 16, shards = 4 }
      system-defaults.low-bit-training { rounds = 4, averagings-per-round = 2 }
      systems {
        fp32 { method = full-precision }
        admm-2 { method = admm, bits = 2 }
        kl-2 { method = ptq, precision = kl, budget.average-bits = 2 }
      }
      ngram.arpa = ${data}"/bigram.arpa"
      lattices {
        n-best = 8, shards = 4
        sets.dev { path = ${data}"/dev.slf.tar.gz", references = ${data}"/dev.ref.trn" }
      }
      rescoring {
        language-scale { from = 4, to = 12, step = 4 }
        interpolation { from = 0, to = 1, step = 0.5 }
        word-insertion { from = -2, to = 2, step = 2 }
        refinements = 1
        output.n-best = 3
      }
      scores.bootstrap = 200
      """;

  private static final List<String> SAMPLE =
      List.of("--train-sentences", "1000", "--held-out-sentences", "80", "--utterances", "40");

  private static final Path FOLDER = Path.of("target", "small-experiment").toAbsolutePath();
  private static Path data;
  private static long undisturbedMillis;

  private SmallExperiment() {}

  /**
   * The launcher, with Java's compiler for short runs: half the processor time of one that is over
   * before the other compiler has paid off.
   */
  static LauncherRun.Builder launcher() {
    return LauncherRun.launcher().with("JDK_JAVA_OPTIONS", SHORT_RUN);
  }

  /** Folder of the synthetic sample and of {@code small.conf}. */
  static synchronized Path data() {
    if (data == null) {
      delete(FOLDER);
      try {
        Files.createDirectories(FOLDER);
        Path folder = FOLDER.resolve("data");
        List<String> command = new ArrayList<>(List.of("sample", folder.toString()));
        command.addAll(SAMPLE);
        LauncherRun sample = launcher().run(command.toArray(String[]::new));
        assertThat(sample.exitCode()).as(sample.errors()).isZero();
        Files.writeString(folder.resolve("small.conf"), CONFIGURATION);
        data = folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return data;
  }

  /** Output of a run on two cores of this machine that nothing disturbed. */
  static synchronized Path undisturbed() {
    Path output = FOLDER.resolve("undisturbed");
    if (undisturbedMillis == 0) {
      String[] arguments = local(output);
      long start = System.nanoTime();
      LauncherRun run = launcher().run(arguments);
      assertThat(run.exitCode()).as(run.errors()).isZero();
      undisturbedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
    return output;
  }

  /** How long the undisturbed run took, in milliseconds. */
  static long undisturbedMillis() {
    undisturbed();
    return undisturbedMillis;
  }

  /**
   * Arguments of a run in local mode on two cores.
   *
   * @param options of the command itself
   */
  static String[] local(Object output, String... options) {
    List<String> arguments = new ArrayList<>(List.of(local(2, output)));
    arguments.addAll(arguments.indexOf("--"), Arrays.asList(options));
    return arguments.toArray(String[]::new);
  }

  /** Arguments of a run in local mode. */
  static String[] local(int cores, Object output) {
    return arguments(data(), output, "--master", "local[%d]".formatted(cores));
  }

  /** Arguments of a run with data and configuration in a folder. */
  static String[] arguments(Object data, Object output, String... spark) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                data + "/small.conf",
                "--set",
                "data=" + data,
                "--set",
                "output=" + quoted(output),
                "--"));
    arguments.addAll(Arrays.asList(spark));
    return arguments.toArray(String[]::new);
  }

  /** As a HOCON string, so that any path can be set. */
  private static String quoted(Object path) {
    return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Compares tables, models and transcripts of an experiment with the undisturbed one's. */
  static Comparison compare(Object output) {
    return Comparison.of(
        launcher()
            .run(
                "compare",
                undisturbed().toString(),
                output.toString(),
                "--",
                "--master",
                "local[2]"));
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
