package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeEntry;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LatticeSource;
import org.bitlattice.lattice.LocalLatticeFiles;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.ReadSettings;
import org.bitlattice.lattice.SlfReader;
import org.bitlattice.lattice.WordSymbols;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NBestRow;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.report.UtteranceRow;
import org.bitlattice.report.WeightsRow;
import org.bitlattice.report.WerRow;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lattices rescored whole: HTK and Kaldi input, rescored lattices, n-best lists, rejections. */
class LatticeModeTest {
  private static final String[] FROM_LATTICES = {"hypotheses", "rescored", "scores", "report"};
  private static final String[] WHOLE = {
    "--set", "rescoring.mode=lattice", "--set", "rescoring.output.lattices=slf",
    "--set", "rescoring.output.n-best=3", "--set", "rescoring.ngram-order=3"
  };

  private static TinyExperiment done;

  @TempDir Path folder;

  @BeforeAll
  static void run() {
    done = TinyExperiment.undisturbed().copyWithout("lattice-mode", FROM_LATTICES);
    CommandRun run = done.command("run", WHOLE);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static <T extends Record> List<T> table(
      TinyExperiment experiment, String name, Class<T> type) {
    return TinyExperiment.onSpark(
        spark ->
            Tables.read(spark, experiment.path(name).toString(), RowSchema.of(type)).stream()
                .toList());
  }

  private static Map<String, String> tuned(TinyExperiment experiment, String system) {
    Map<String, String> words = new TreeMap<>();
    for (UtteranceRow row :
        table(experiment, "rescored/%s/dev/utterances".formatted(system), UtteranceRow.class)) {
      if (row.weights().equals("tuned")) {
        words.put(row.utterance(), row.words());
      }
    }
    return words;
  }

  @Test
  void rescoredLatticesGiveTheTranscriptsUnderTheirOwnScales() throws IOException {
    Map<String, String> expected = tuned(done, "ptq-2");
    assertThat(expected).hasSize(TinyExperiment.UTTERANCES);
    try (Stream<Path> files = Files.list(done.path("rescored/ptq-2/dev/lattices"))) {
      List<Path> lattices = files.filter(f -> f.toString().endsWith(".slf")).sorted().toList();
      assertThat(lattices).hasSize(TinyExperiment.UTTERANCES);
      for (Path file : lattices) {
        Lattice lattice =
            SlfReader.read(new ByteArrayInputStream(Files.readAllBytes(file)), file.toString(), "");
        assertThat(String.join(" ", BestPath.of(lattice, lattice.scales()).words()))
            .isEqualTo(expected.get(lattice.utterance()));
      }
    }
  }

  @Test
  void theFirstOfEachNBestListIsTheTranscript() {
    Map<String, String> expected = tuned(done, "fp32");
    List<NBestRow> rows = table(done, "rescored/fp32/dev/n-best", NBestRow.class);
    assertThat(rows.stream().filter(row -> row.rank() == 1))
        .hasSize(TinyExperiment.UTTERANCES)
        .allMatch(row -> row.words().equals(expected.get(row.utterance())));
    assertThat(rows).allMatch(row -> row.rank() <= 3);
    Map<String, Double> last = new TreeMap<>();
    rows.stream()
        .sorted(Comparator.comparing(NBestRow::utterance).thenComparing(NBestRow::rank))
        .forEach(
            row -> {
              Double before = last.put(row.utterance(), row.pathScoreLn());
              assertThat(row.rank() == 1 || row.pathScoreLn() <= before).isTrue();
            });
  }

  @Test
  void aWiderSearchHasNoMoreTuningErrorsThanItsOwnGridSays() {
    for (WeightsRow row : table(done, "rescored/fp32/dev/weights", WeightsRow.class)) {
      WerRow wer =
          table(done, "scores/wer", WerRow.class).stream()
              .filter(w -> w.set().equals("dev") && w.system().equals("fp32"))
              .filter(w -> w.weights().equals(row.weights()))
              .findFirst()
              .orElseThrow();
      assertThat(wer.substitutions() + wer.deletions() + wer.insertions())
          .isEqualTo(row.tuningErrors());
    }
  }

  @Test
  void figuresOfEveryLatticeAreKept() throws IOException {
    List<LatticeRow> rows = table(done, "hypotheses/dev/lattices", LatticeRow.class);
    assertThat(rows).hasSize(TinyExperiment.UTTERANCES);
    for (LatticeRow row : rows) {
      assertThat(row.oracleErrors()).isLessThanOrEqualTo(row.keptOracleErrors());
      assertThat(row.keptArcs()).isLessThanOrEqualTo(row.arcs());
      assertThat(row.place()).isEqualTo("entry " + row.utterance() + ".slf");
    }
    assertThat(Files.readString(done.path("report/summary.md")))
        .contains(" Oracle word error rate ");
    assertThat(done.path("scores/alignments/dev.fp32.tuned.txt")).content().contains("REF: ");
  }

  @Test
  void oneCoreGivesTheSameTablesAsTwo() {
    TinyExperiment single =
        TinyExperiment.undisturbed().copyWithout("lattice-mode-single", FROM_LATTICES);
    CommandRun run = single.command(1, "", "run", WHOLE);
    assertThat(run.exitCode()).as(run.err()).isZero();
    single.assertSameResults(done, "");
  }

  /** The same lattices by way of Kaldi's format, which holds costs as 32-bit floats. */
  @Test
  void kaldiLatticesAreRescoredAndWrittenInTheirOwnFormat() throws IOException {
    List<String> sets = new ArrayList<>();
    PathScales scales = converted("dev", sets);
    converted("eval", sets);
    TinyExperiment kaldi =
        TinyExperiment.undisturbed().copyWithout("lattice-mode-kaldi", FROM_LATTICES);
    sets.addAll(
        List.of(
            "--set",
            "rescoring.mode=lattice",
            "--set",
            "rescoring.ngram-order=3",
            "--set",
            "rescoring.output.lattices=kaldi",
            "--set",
            "lattices.first-pass.language-scale=" + scales.language(),
            "--set",
            "lattices.first-pass.acoustic-scale=" + scales.acoustic(),
            "--set",
            "lattices.first-pass.word-insertion=" + scales.wordInsertion()));
    CommandRun run = kaldi.command("run", sets.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    Map<String, String> transcripts = tuned(kaldi, "fp32");
    Map<String, String> fromHtk = tuned(done, "fp32");
    long same =
        transcripts.entrySet().stream()
            .filter(entry -> entry.getValue().equals(fromHtk.get(entry.getKey())))
            .count();
    assertThat(same).isGreaterThanOrEqualTo(TinyExperiment.UTTERANCES - 1);

    WeightsRow weights =
        table(kaldi, "rescored/fp32/dev/weights", WeightsRow.class).stream()
            .filter(row -> row.weights().equals("tuned"))
            .findFirst()
            .orElseThrow();
    Path written = kaldi.path("rescored/fp32/dev/lattices");
    List<LatticeEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(written);
        InputStream words = Files.newInputStream(written.resolve("words.txt"))) {
      ReadSettings settings = ReadSettings.DEFAULT.withWords(WordSymbols.read(words, "words.txt"));
      for (Path file : files.filter(f -> f.toString().endsWith(".ark")).toList()) {
        LatticeSource.open(LatticeLocation.parse("ark:" + file), new LocalLatticeFiles(), settings)
            .readAll(entries::add);
      }
    }
    assertThat(entries).hasSize(TinyExperiment.UTTERANCES);
    for (LatticeEntry entry : entries) {
      PathScales alone = new PathScales(1, weights.languageScale(), 0);
      assertThat(String.join(" ", BestPath.of(entry.orThrow(), alone).words()))
          .isEqualTo(transcripts.get(entry.utterance()));
    }
  }

  private PathScales converted(String set, List<String> settings) throws IOException {
    Path source = TinyExperiment.data().resolve(set + ".slf.tar.gz");
    Path archive = folder.resolve(set + ".ark");
    Path words = folder.resolve(set + ".words.txt");
    CommandRun convert =
        CommandRun.of(
            "lattice",
            "convert",
            "htk:" + source,
            "ark:" + archive,
            "--write-words",
            words.toString());
    assertThat(convert.exitCode()).as(convert.err()).isZero();
    settings.addAll(
        List.of(
            "--set", "lattices.sets.%s.path=ark:%s".formatted(set, archive),
            "--set", "lattices.sets.%s.words=%s".formatted(set, words)));
    List<PathScales> scales = new ArrayList<>();
    LatticeSource.open(
            LatticeLocation.parse("htk:" + source), new LocalLatticeFiles(), ReadSettings.DEFAULT)
        .readAll(entry -> scales.add(entry.orThrow().scales()));
    return scales.get(0);
  }

  /** A damaged archive costs what comes after the damage; an utterance that comes back, itself. */
  @Test
  void whatCannotBeRescoredIsListedWithItsPlace() throws IOException {
    List<String> sets = new ArrayList<>();
    PathScales scales = converted("dev", sets);
    Path archive = folder.resolve("dev.ark");
    byte[] whole = Files.readAllBytes(archive);
    byte[] twice = new byte[whole.length * 2 - 9];
    System.arraycopy(whole, 0, twice, 0, whole.length);
    System.arraycopy(whole, 0, twice, whole.length, whole.length - 9);
    Files.write(archive, twice);
    TinyExperiment rejecting =
        TinyExperiment.undisturbed().copyWithout("lattice-mode-rejects", FROM_LATTICES);
    sets.addAll(
        List.of(
            "--set",
            "lattices.first-pass.language-scale=" + scales.language(),
            "--set",
            "rescoring.mode=lattice"));
    CommandRun refused = rejecting.command("rescore", sets.toArray(String[]::new));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "bitlattice: 12 utterances of the set dev cannot be used, more than lattices.max-rejected-fraction = 0.0 allows; the first: "
                + archive);
    sets.addAll(List.of("--set", "lattices.max-rejected-fraction=0.6", "--overwrite", "rescore"));
    CommandRun allowed = rejecting.command("rescore", sets.toArray(String[]::new));
    assertThat(allowed.exitCode()).as(allowed.err()).isZero();
    List<RejectedRow> rows = table(rejecting, "hypotheses/dev/rejected", RejectedRow.class);
    assertThat(rows).hasSize(12);
    assertThat(rows.stream().filter(row -> row.utterance().isEmpty()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.reason()).contains("damaged or cut off in utterance");
              assertThat(row.position()).isEqualTo("byte " + twice.length);
            });
    assertThat(rows.stream().filter(row -> !row.utterance().isEmpty()))
        .hasSize(11)
        .allMatch(row -> row.position().startsWith("byte "))
        .allMatch(row -> row.file().equals(archive.toString()))
        .allMatch(
            row -> row.reason().matches("the utterance has a lattice at byte \\d+ already; .*"));
  }
}
