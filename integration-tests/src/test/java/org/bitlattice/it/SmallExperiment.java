package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * An experiment of less than a minute that goes through every stage, and its results when nothing
 * disturbs it.
 */
final class SmallExperiment {
  /**
   * Stages whose work is spread over executors, in their order, by what is said when they start.
   */
  static final String TRAINING = "train                        starts";

  static final String PROBES = "sensitivity/kl/tensor        starts";
  static final String ADMM = "quantize/admm-2              starts";
  static final String RESCORING = "rescore/admm-2/dev           starts";

  private static final String CONFIGURATION =
      """
      corpus {
        train = ${data}"/train.txt", dev = ${data}"/dev.txt", eval = ${data}"/eval.txt"
        vocabulary-file = ${data}"/words.txt"
        segment-length = 16, shards = 4
      }
      model { embedding-size = 16, hidden-size = 24, layers = 1 }
      training {
        minibatch-segments = 16, averaging-frequency = 4, averagings-per-round = 6, epochs = 1
      }
      evaluation { shards = 4, sentences-per-round = 200 }
      sensitivity { sentences = 40, shards = 4 }
      system-defaults.low-bit-training { rounds = 4, averagings-per-round = 2 }
      systems {
        fp32 { method = full-precision }
        admm-2 { method = admm, bits = 2 }
        kl-2 { method = ptq, precision = kl, budget.average-bits = 2 }
      }
      ngram.arpa = ${data}"/bigram.arpa"
      lattices {
        n-best = 20, shards = 4
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

  private static final Path FOLDER = Path.of("target", "small-experiment").toAbsolutePath();
  private static Path data;
  private static boolean ran;

  private SmallExperiment() {}

  /** Folder of the synthetic sample and of {@code small.conf}. */
  static synchronized Path data() {
    if (data == null) {
      delete(FOLDER);
      try {
        Files.createDirectories(FOLDER);
        Path folder = FOLDER.resolve("data");
        LauncherRun sample = LauncherRun.launcher().run("sample", folder.toString());
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
    if (!ran) {
      LauncherRun run = LauncherRun.launcher().run(local(output));
      assertThat(run.exitCode()).as(run.errors()).isZero();
      ran = true;
    }
    return output;
  }

  /** Arguments of a run in local mode on two cores. */
  static String[] local(Object output) {
    return arguments(data(), output, "--master", "local[2]");
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

  /** Holds that an experiment has the tables, models and transcripts of the undisturbed one. */
  static void assertSameResults(Object output) {
    LauncherRun compare =
        LauncherRun.launcher()
            .run(
                "compare",
                undisturbed().toString(),
                output.toString(),
                "--",
                "--master",
                "local[2]");
    assertThat(compare.exitCode()).as(compare.output() + compare.errors()).isZero();
    assertThat(compare.output()).startsWith("equal: ");
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
