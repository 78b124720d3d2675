package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.sample.SampleCorpus;
import org.bitlattice.sample.SampleSettings;

/** A whole experiment in seconds: a small synthetic sample, a small model, six systems. */
record TinyExperiment(Path output) {
  static final List<String> SETS = List.of("dev", "eval");
  static final List<String> SYSTEMS = List.of("fp32", "admm-2", "kl-2", "ptq-2", "ptq-4", "st-2");
  static final int UTTERANCES = 12;

  private static final Path FOLDER = Path.of("target", "tiny-experiment").toAbsolutePath();
  private static TinyExperiment undisturbed;

  private static final String CONFIGURATION =
      """
      corpus {
        train = ${data}"/train.txt", dev = ${data}"/dev.txt", eval = ${data}"/eval.txt"
        vocabulary-file = ${data}"/words.txt"
        segment-length = 12, shards = 4
      }
      model { embedding-size = 12, hidden-size = 16, layers = 1 }
      training {
        minibatch-segments = 4, averaging-frequency = 2, averagings-per-round = 7, epochs = 1
        learning-rate = 0.01, dropout = 0.1
      }
      evaluation { shards = 2, batch-rows = 64, sentences-per-round = 30 }
      sensitivity { bits = [1, 2, 4, 8], sentences = 10, shards = 2 }
      system-defaults {
        low-bit-training { rounds = 2, averagings-per-round = 2 }
        admm { gamma = 0.0003, gamma-growth = 1.4 }
      }
      systems {
        fp32 { method = full-precision }
        ptq-2 { method = ptq, bits = 2 }
        admm-2 { method = admm, bits = 2 }
        kl-2 { method = admm, precision = kl, budget.average-bits = 2 }
        ptq-4 { method = ptq, bits = 4, scope = row }
        st-2 {
          method = straight-through, bits = 2, scope = row
          low-bit-training { learning-rate-decay = linear, fine-tuning.rounds = 2 }
        }
      }
      ngram.arpa = ${data}"/bigram.arpa"
      lattices {
        n-best = 5, shards = 2, utterances-per-batch = 4
        sets {
          dev { path = ${data}"/dev.slf.tar.gz", references = ${data}"/dev.ref.trn" }
          eval { path = ${data}"/eval.slf.tar.gz", references = ${data}"/eval.ref.trn" }
        }
      }
      rescoring {
        language-scale { from = 4, to = 12, step = 4 }
        interpolation { from = 0, to = 1, step = 0.5 }
        word-insertion { from = -2, to = 2, step = 2 }
        refinements = 1
      }
      scores { speaker = "([0-9])$", bootstrap = 500 }
      report.notes = ["A tiny synthetic sample."]
      """;

  /** The experiment as an undisturbed run on two cores left it; not to be changed. */
  static synchronized TinyExperiment undisturbed() {
    if (undisturbed == null) {
      TinyExperiment fresh = in("undisturbed");
      CommandRun run = fresh.command("run");
      assertThat(run.exitCode()).as(run.err()).isZero();
      undisturbed = fresh;
    }
    return undisturbed;
  }

  /** An experiment that has not been run. */
  static TinyExperiment in(String name) {
    FileUtil.fullyDelete(FOLDER.resolve(name).toFile());
    return new TinyExperiment(FOLDER.resolve(name));
  }

  /** A copy of the output without some folders. */
  TinyExperiment copyWithout(String name, String... folders) {
    TinyExperiment copy = in(name);
    List<Path> left = Arrays.stream(folders).map(Path::of).toList();
    for (Path file : files()) {
      if (left.stream().noneMatch(file::startsWith)) {
        Path target = copy.output.resolve(file);
        try {
          Files.createDirectories(target.getParent());
          Files.copy(output.resolve(file), target);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return copy;
  }

  /** Folder of the synthetic sample, written when first asked for. */
  static synchronized Path data() {
    Path data = FOLDER.resolve("data");
    if (!Files.exists(data.resolve("tiny.conf"))) {
      try {
        SampleCorpus.write(data, 1, new SampleSettings(300, 30, UTTERANCES));
        Files.writeString(
            data.resolve("tiny.conf"), "data = \"%s\"%n".formatted(data) + CONFIGURATION);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return data;
  }

  /** Runs a command on two cores. */
  CommandRun command(String command, String... options) {
    return command(2, "", command, options);
  }

  /** Runs a command; see {@link CommandRun#on}. */
  CommandRun command(int cores, String killAt, String command, String... options) {
    List<String> line = new ArrayList<>();
    line.add(command);
    line.add(data().resolve("tiny.conf").toString());
    line.add("--set");
    line.add("output=" + output);
    line.addAll(List.of(options));
    return CommandRun.on(cores, killAt, line.toArray(String[]::new));
  }

  Path path(String name) {
    return output.resolve(name);
  }

  /** The precisions of a system. */
  PrecisionAssignment assignment(String system) throws IOException {
    Path file = path("assignments/" + system + "/assignment.json");
    return PrecisionAssignment.fromJson(
        Files.readAllBytes(file),
        file.toString(),
        ModelFolder.read(new LocalModelFiles(path("baseline/model"))).model().architecture());
  }

  /** Paths of all files, relative to the output folder, in order. */
  List<Path> files() {
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(Files::isRegularFile).map(output::relativize).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Folders that are tables, relative to the output folder. */
  List<String> tables() {
    return files().stream()
        .filter(file -> file.getFileName().toString().endsWith(".parquet"))
        .map(file -> file.getParent().toString())
        .distinct()
        .toList();
  }

  /** Rows of every table below a folder as sorted text, without the columns that are seconds. */
  SortedMap<String, List<String>> rows(SparkSession spark, String below) {
    SortedMap<String, List<String>> rows = new TreeMap<>();
    for (String table : tables()) {
      if (isBelow(Path.of(table), below)) {
        Dataset<Row> read = spark.read().parquet(path(table).toString()).drop("seconds");
        rows.put(table, read.collectAsList().stream().map(Row::toString).sorted().toList());
      }
    }
    return rows;
  }

  private static boolean isBelow(Path file, String folder) {
    return folder.isEmpty() || file.startsWith(folder);
  }

  /** Bytes of every model file and transcript below a folder. */
  SortedMap<String, byte[]> bytes(String below) {
    SortedMap<String, byte[]> bytes = new TreeMap<>();
    for (Path file : files()) {
      if (isBelow(file, below) && file.toString().matches(".*\\.(safetensors|json|trn|txt)")) {
        if (!file.endsWith("stage.json")) {
          try {
            bytes.put(file.toString(), Files.readAllBytes(path(file.toString())));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
    return bytes;
  }

  /** Works with a session of its own, which is stopped afterwards. */
  static <T> T onSpark(Function<SparkSession, T> work) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("tiny experiment")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    try {
      return work.apply(spark);
    } finally {
      spark.stop();
    }
  }

  /** Holds that everything below a folder is the same as in another experiment, to the last bit. */
  void assertSameResults(TinyExperiment expected, String below) {
    onSpark(
        spark -> {
          SortedMap<String, List<String>> tables = expected.rows(spark, below);
          assertThat(tables).isNotEmpty();
          SortedMap<String, List<String>> found = rows(spark, below);
          assertThat(found.keySet()).isEqualTo(tables.keySet());
          tables.forEach((name, rows) -> assertThat(found.get(name)).as(name).isEqualTo(rows));
          return null;
        });
    SortedMap<String, byte[]> files = expected.bytes(below);
    SortedMap<String, byte[]> found = bytes(below);
    assertThat(found.keySet()).isEqualTo(files.keySet());
    files.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
  }
}
