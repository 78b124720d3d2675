package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.report.WerRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lattices that were cut off: refused by default, listed and left out where that is allowed. */
class RejectedLatticesTest {
  private static final String PLAIN = "sample-dev-0003";
  private static final String PACKED = "sample-dev-0007";

  @TempDir Path folder;

  @Test
  void aCutOffLatticeStopsTheRunWithOneSentence() throws IOException {
    TinyExperiment experiment = experiment("refused-lattices");
    CommandRun run = experiment.command("run", "--set", lattices());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines().filter(line -> line.startsWith("bitlattice: ")))
        .singleElement()
        .asString()
        .startsWith(
            "bitlattice: 2 utterances of the set dev cannot be used, more than lattices.max-rejected-fraction = 0.0 allows; the first: %s: "
                .formatted(PLAIN))
        .contains(PLAIN + ".slf");
    assertThat(experiment.path("hypotheses/dev/stage.json")).doesNotExist();
  }

  @Test
  void aRunThatMayRejectListsTheLatticesAndGoesOn() throws IOException {
    TinyExperiment experiment = experiment("rejected-lattices");
    CommandRun run =
        experiment.command(
            "run", "--set", lattices(), "--set", "lattices.max-rejected-fraction=0.5");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("  10 lattices, 2 utterances rejected; oracle word error rate ");
    List<RejectedRow> rejected =
        TinyExperiment.onSpark(
            spark ->
                Tables.read(
                    spark,
                    experiment.path("hypotheses/dev/rejected").toString(),
                    RowSchema.of(RejectedRow.class)));
    assertThat(rejected).extracting(RejectedRow::utterance).containsExactly(PLAIN, PACKED);
    assertThat(rejected).allMatch(row -> row.reason().contains(row.utterance() + ".slf"));
    assertThat(Files.readAllLines(experiment.path("rescored/fp32/dev/hyp.trn")))
        .hasSize(TinyExperiment.UTTERANCES - 2)
        .noneMatch(line -> line.contains(PLAIN) || line.contains(PACKED));
    assertThat(Files.readAllLines(experiment.path("rescored/fp32/eval/hyp.trn")))
        .hasSize(TinyExperiment.UTTERANCES);
    assertThat(Files.readString(experiment.path("report/summary.md")))
        .contains("2 utterances rejected.", " 0 utterances rejected.");
    TinyExperiment whole = TinyExperiment.undisturbed();
    assertThat(referenceWords(experiment)).isLessThan(referenceWords(whole));
  }

  private static long referenceWords(TinyExperiment experiment) {
    return TinyExperiment.onSpark(
            spark ->
                Tables.read(
                    spark, experiment.path("scores/wer").toString(), RowSchema.of(WerRow.class)))
        .stream()
        .filter(row -> row.set().equals("dev") && row.system().equals("fp32"))
        .mapToLong(WerRow::referenceWords)
        .findFirst()
        .orElseThrow();
  }

  /** The trained models stay, what is made from lattices goes. */
  private static TinyExperiment experiment(String name) {
    return TinyExperiment.undisturbed()
        .copyWithout(name, "hypotheses", "rescored", "scores", "report");
  }

  /** A folder with the dev lattices, one of them cut in half, another cut in half when packed. */
  private String lattices() throws IOException {
    Path archive = TinyExperiment.data().resolve("dev.slf.tar.gz");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (ArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        byte[] bytes = tar.readAllBytes();
        String name = e.getName();
        if (name.equals(PLAIN + ".slf")) {
          bytes = Arrays.copyOf(bytes, bytes.length / 2);
        } else if (name.equals(PACKED + ".slf")) {
          name += ".gz";
          bytes = packed(bytes);
          bytes = Arrays.copyOf(bytes, bytes.length / 2);
        }
        Files.write(folder.resolve(name), bytes);
      }
    }
    return "lattices.sets.dev.path=\"%s\"".formatted(folder);
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
