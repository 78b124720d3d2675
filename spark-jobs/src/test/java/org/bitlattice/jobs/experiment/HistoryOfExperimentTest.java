package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.assertj.core.data.Offset;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.run.StageRecord;
import org.junit.jupiter.api.Test;

/** A history of what real stages wrote. */
class HistoryOfExperimentTest {
  @Test
  void aWholeExperimentIsARunWithAllItsStagesAndScores() throws IOException {
    TinyExperiment experiment = TinyExperiment.undisturbed();
    TinyExperiment.in("history");
    TinyExperiment run = experiment.copyWithout("history/2026-11-24T020000Z");
    Path root = run.output().getParent();
    CommandRun history = CommandRun.of("history", root.toString(), "--tsv");
    assertThat(history.exitCode()).as(history.err()).isZero();
    List<String> lines = history.out().lines().toList();

    List<String> scores =
        TinyExperiment.onSpark(
            spark ->
                spark.read().parquet(run.path("scores/wer").toString()).collectAsList().stream()
                    .map(
                        row ->
                            String.join(
                                "\t",
                                row.getAs("system"),
                                row.getAs("set"),
                                row.<String>getAs("weights")))
                    .toList());
    assertThat(lines.stream().skip(1).map(line -> line.split("\t", -1)))
        .extracting(cells -> String.join("\t", cells[9], cells[10], cells[11]))
        .isEqualTo(scores);

    List<Path> records = run.files().stream().filter(file -> file.endsWith("stage.json")).toList();
    double seconds = 0;
    for (Path record : records) {
      seconds += StageRecord.fromJson(Files.readString(run.path(record.toString())), "").seconds();
    }
    assertThat(Double.parseDouble(lines.get(1).split("\t")[8]))
        .isCloseTo(seconds, Offset.offset(1e-9));
    long stages =
        TinyExperiment.onSpark(spark -> spark.read().parquet(root + "/history/stages").count());
    assertThat(stages).isEqualTo(records.size());
    CommandRun page = CommandRun.of("history", root.toString(), "--system", "admm-2");
    assertThat(page.out()).contains("System admm-2, weights: tuned\n", "WER % dev", "WER % eval");
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("2026-11-24T020000Z", "history");
    }
    assertThat(FileUtil.fullyDelete(root.toFile())).isTrue();
  }
}
