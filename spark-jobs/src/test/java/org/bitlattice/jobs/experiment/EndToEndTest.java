package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.TrainingRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.run.StageRecord;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.sensitivity.Sensitivity;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A whole experiment through the command line: every output is opened. */
class EndToEndTest {
  private static final int MATRICES = 4;
  private static TinyExperiment done;

  /** All tables of the experiment, by their paths. */
  private static final Map<String, List<? extends Record>> rows = new TreeMap<>();

  @BeforeAll
  static void run() {
    done = TinyExperiment.undisturbed();
    TinyExperiment.onSpark(
        spark -> {
          for (String table : done.tables()) {
            RowSchema<?> schema = RowSchema.of(ExperimentTables.type(table));
            rows.put(table, Tables.read(spark, done.path(table).toString(), schema));
          }
          return null;
        });
  }

  private static <T> List<T> table(String name, Class<T> type) {
    assertThat(rows).containsKey(name);
    return rows.get(name).stream().map(type::cast).toList();
  }

  @Test
  void writesEveryKindOfTable() {
    for (String pattern : ExperimentTables.patterns()) {
      assertThat(rows.keySet()).anyMatch(table -> table.matches(pattern));
    }
    rows.forEach(
        (table, content) -> {
          if (!table.matches("hypotheses/[^/]+/rejected")) {
            assertThat(content).as(table).isNotEmpty();
          }
        });
  }

  @Test
  void theCorpusIsThatOfTheSample() throws IOException {
    StageRecord record = record("corpus");
    assertThat(record.inputs().stage()).isEqualTo("prepare");
    assertThat(record.counts())
        .containsEntry("train-sentences", 300.0)
        .containsEntry("dev-sentences", 30.0)
        .containsEntry("eval-sentences", 30.0)
        .containsEntry("segments", (double) rows.get("corpus/segments").size());
    assertThat(rows.get("corpus/sentences")).hasSize(60);
  }

  @Test
  void trainingLowersPerplexityAndKeepsTheBestRound() throws IOException {
    List<TrainingRow> training = table("baseline/training", TrainingRow.class);
    assertThat(training).extracting(TrainingRow::round).containsExactly(1, 2, 3);
    // 7 averagings of 2 workers × 2 minibatches × 4 segments × 12 tokens.
    assertThat(training).extracting(TrainingRow::tokens).containsExactly(1344L, 2688L, 4032L);
    assertThat(training.get(2).devPerplexity()).isLessThan(training.get(0).devPerplexity());
    assertThat(record("baseline").counts()).containsEntry("best-round", 3.0);
    assertThat(done.path("baseline/checkpoints")).doesNotExist();
  }

  @Test
  void sensitivitiesCoverEveryTensorAndPrecision() {
    List<Sensitivity> kl = table("sensitivity/kl/tensor/table", Sensitivity.class);
    assertThat(kl).hasSize(MATRICES * 4);
    assertThat(kl).extracting(Sensitivity::bits).containsOnly(1, 2, 4, 8);
    assertThat(kl.stream().filter(row -> row.bits() == 8)).allMatch(row -> row.value() < 0.01);
    assertThat(done.path("sensitivity/kl/row")).doesNotExist();
  }

  @Test
  void admmRoundsStartFromTheTableFit() {
    double fitted = table("systems/ptq-2/measures", ModelRow.class).get(0).devPerplexity();
    List<LowBitRow> rounds = table("systems/admm-2/rounds", LowBitRow.class);
    assertThat(rounds).extracting(LowBitRow::round).containsExactly(0, 1, 2);
    assertThat(rounds.get(0).devPerplexityQuantized()).isEqualTo(fitted);
    assertThat(rounds.get(0).primalResidual()).isBetween(0.1, 1.0);
    assertThat(rounds.get(1).gamma()).hasValue(0.0003);
    assertThat(rounds.get(2).gamma()).hasValue(0.0003 * 1.4);
    double best =
        rounds.stream().mapToDouble(LowBitRow::devPerplexityQuantized).min().orElseThrow();
    assertThat(table("systems/admm-2/measures", ModelRow.class).get(0).devPerplexity())
        .isEqualTo(best);
    assertThat(done.path("systems/admm-2/checkpoints")).doesNotExist();
  }

  @Test
  void modelFoldersAreReadableAndAsLargeAsTheyClaim() throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String system : TinyExperiment.SYSTEMS) {
      Path folder = done.path("systems/" + system + "/model");
      ModelFolder model = ModelFolder.read(new LocalModelFiles(folder));
      long bytes = Files.size(folder.resolve("model.safetensors"));
      ModelRow row = table("systems/" + system + "/measures", ModelRow.class).get(0);
      assertThat(model.model().size().bytes()).as(system).isEqualTo(bytes);
      assertThat(row.modelBytes()).as(system).isEqualTo(bytes);
      assertThat(row.devPerplexity()).as(system).isBetween(1.0, 1000.0);
      sizes.put(system, bytes);
    }
    assertThat(sizes.get("ptq-2")).isEqualTo(sizes.get("admm-2"));
    assertThat(sizes.get("kl-2")).isLessThanOrEqualTo(sizes.get("ptq-4"));
    assertThat(sizes.get("ptq-2")).isLessThan(sizes.get("ptq-4"));
    assertThat(sizes.get("ptq-4")).isLessThan(sizes.get("fp32"));
    assertThat(done.bytes("systems/fp32/model").get("systems/fp32/model/model.safetensors"))
        .isEqualTo(done.bytes("baseline/model").get("baseline/model/model.safetensors"));
    assertThat(table("systems/kl-2/measures", ModelRow.class).get(0).averageBits())
        .isLessThanOrEqualTo(2);
  }

  @Test
  void modelInformationAddsUpToTheFile() throws IOException {
    Path folder = done.path("systems/ptq-2/model");
    CommandRun info = CommandRun.of("model", "info", folder.toString());
    assertThat(info.exitCode()).as(info.err()).isZero();
    assertThat(info.out())
        .contains("decoder.weight", "tensor")
        .contains(
            " %s bytes,"
                .formatted(
                    String.format(
                        Locale.ROOT, "%,d", Files.size(folder.resolve("model.safetensors")))));
  }

  @Test
  void theWerTableHasEverySystemOnEverySetUnderAllItsWeights() {
    List<String> expected = new ArrayList<>();
    for (String set : TinyExperiment.SETS) {
      expected.add(set + " first-pass lattice");
      expected.add(set + " ngram tuned");
      for (String system : TinyExperiment.SYSTEMS) {
        expected.add(set + " " + system + " tuned");
        expected.add(set + " " + system + " network-alone");
        if (!system.equals("fp32")) {
          expected.add(set + " " + system + " baseline-weights");
        }
      }
    }
    List<WerRow> wer = table("scores/wer", WerRow.class);
    assertThat(wer)
        .extracting(row -> row.set() + " " + row.system() + " " + row.weights())
        .containsExactlyInAnyOrderElementsOf(expected);
    for (WerRow row : wer) {
      assertThat(row.correct() + row.substitutions() + row.deletions())
          .isEqualTo(row.referenceWords());
      assertThat(row.werPercent())
          .isEqualTo(
              100.0
                  * (row.substitutions() + row.deletions() + row.insertions())
                  / row.referenceWords());
      boolean network = TinyExperiment.SYSTEMS.contains(row.system());
      assertThat(row.modelBytes().isPresent()).isEqualTo(network);
      assertThat(row.devPerplexity().isPresent()).isEqualTo(!row.system().equals("first-pass"));
      assertThat(row.versus().isPresent()).isEqualTo(!row.system().equals("first-pass"));
    }
    assertThat(wer.stream().filter(row -> row.system().equals("ptq-2")))
        .extracting(row -> row.weights() + " versus " + row.versus().orElseThrow())
        .containsOnly(
            "tuned versus fp32 (tuned)",
            "network-alone versus fp32 (network-alone)",
            "baseline-weights versus fp32 (tuned)");
  }

  @Test
  void transcriptsHoldEveryUtteranceAndGiveTheErrorsOfTheTable() throws IOException {
    for (String set : TinyExperiment.SETS) {
      TrnFile references = trn(TinyExperiment.data().resolve(set + ".ref.trn"));
      for (WerRow row : table("scores/wer", WerRow.class)) {
        if (row.set().equals(set)) {
          boolean plain = row.weights().matches("tuned|lattice");
          String name = plain ? "hyp.trn" : "hyp.%s.trn".formatted(row.weights());
          TrnFile hypotheses =
              trn(done.path("rescored/%s/%s/%s".formatted(row.system(), set, name)));
          assertThat(ids(hypotheses)).isEqualTo(ids(references));
          assertThat(ScoredTranscript.of(references, hypotheses).errors().errors())
              .isEqualTo(row.substitutions() + row.deletions() + row.insertions());
        }
      }
    }
    assertThat(table("scores/utterances", UtteranceErrorsRow.class))
        .hasSize(2 * 19 * TinyExperiment.UTTERANCES);
  }

  private static TrnFile trn(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return TrnFile.read(in, file.toString());
    }
  }

  private static List<String> ids(TrnFile file) {
    return file.utterances().stream().map(Utterance::id).toList();
  }

  @Test
  void theReportShowsNoteSystemsAndWeights() throws IOException {
    String page = Files.readString(done.path("report/summary.md"));
    assertThat(page)
        .contains("> A tiny synthetic sample.", "## Set dev (score weights are tuned on it)")
        .contains("## Set eval\n", "## Score weights, tuned on dev", "| first-pass | lattice |");
    TinyExperiment.SYSTEMS.forEach(s -> assertThat(page).contains("\n| %s | tuned |".formatted(s)));
  }

  @Test
  void everyStageLeavesItsRecordAndNothingUnfinished() throws IOException {
    long records = done.files().stream().filter(file -> file.endsWith("stage.json")).count();
    // prepare, train, KL, 6 assignments, 6 systems, 2 sets, 8 systems × 2 sets, scores, report.
    assertThat(records).isEqualTo(1 + 1 + 1 + 6 + 6 + 2 + 16 + 1 + 1);
    assertThat(done.files())
        .noneMatch(file -> file.toString().matches(".*(begun\\.json|unfinished|partial).*"));
    assertThat(Files.readString(done.path("experiment.conf"))).contains("training.epochs = 1\n");
  }

  @Test
  void aSecondRunSkipsEverythingAndTouchesNothing() throws IOException {
    Map<Path, FileTime> before = times();
    CommandRun again = done.command("run");
    assertThat(again.exitCode()).isZero();
    assertThat(again.err().lines().filter(line -> line.endsWith("complete, skipped"))).hasSize(35);
    assertThat(again.err()).doesNotContain("starts", "continues");
    assertThat(times()).isEqualTo(before);
  }

  /** The resolved settings are written by every run. */
  private static Map<Path, FileTime> times() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    for (Path file : done.files()) {
      if (!file.endsWith("experiment.conf")) {
        times.put(file, Files.getLastModifiedTime(done.output().resolve(file)));
      }
    }
    return times;
  }

  @Test
  void aChangedSettingIsRefusedByName() throws IOException {
    Map<Path, FileTime> before = times();
    CommandRun changed = done.command("run", "--set", "sensitivity.sentences=11");
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err())
        .contains(
            "bitlattice: the output folder holds results of other settings or inputs; choose another output, or give --overwrite with the stage",
            "sensitivity/kl/tensor (file:" + done.path("sensitivity/kl/tensor") + "):",
            "    sensitivity.sentences: was 10, now 11\n");
    assertThat(times()).isEqualTo(before);
  }

  @Test
  void aChangedDefaultOfTheSystemsIsRefusedByTheSystemsItChanges() {
    CommandRun changed = done.command("quantize", "--set", "system-defaults.admm.gamma-growth=1.5");
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.err())
        .contains("systems.admm-2.admm.gamma-growth: was 1.4, now 1.5")
        .contains("systems.kl-2.admm.gamma-growth: was 1.4, now 1.5")
        .doesNotContain("quantize/ptq-2", "quantize/fp32");
  }

  @Test
  void thePlanPrintsWhatWouldRunAndRunsNothing() throws IOException {
    Map<Path, FileTime> before = times();
    CommandRun plan = done.command("run", "--plan", "--set", "scores.significance=0.01");
    assertThat(plan.exitCode()).isZero();
    assertThat(plan.out().lines().filter(line -> line.endsWith("complete, would be skipped")))
        .hasSize(33);
    assertThat(plan.out())
        .contains(
            "score                        would be refused: made from other settings or inputs (--overwrite score)\n"
                + "    scores.significance: was 0.05, now 0.01\n");
    assertThat(times()).isEqualTo(before);
  }

  @Test
  void overwriteComputesAStageAndWhatDependsOnItAgain() throws IOException {
    TinyExperiment copy = done.copyWithout("overwritten");
    String significance = "scores.significance=0.5";
    assertThat(copy.command("run", "--set", significance).exitCode()).isEqualTo(2);
    CommandRun run = copy.command("run", "--set", significance, "--overwrite", "score");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err().lines().filter(line -> line.matches("\\S+ +starts")))
        .extracting(line -> line.split(" ")[0])
        .containsExactly("score", "report");
    List<WerRow> wer =
        TinyExperiment.onSpark(
            spark ->
                Tables.read(spark, copy.path("scores/wer").toString(), RowSchema.of(WerRow.class)));
    assertThat(wer)
        .allMatch(row -> row.significant() == (row.mapssweP().orElse(1) < 0.5))
        .hasSize(38);
    assertThat(copy.command("run", "--set", significance).exitCode()).isZero();
  }

  @Test
  void oneCoreGivesTheSameTablesAndFilesAsTwo() {
    TinyExperiment single = TinyExperiment.in("single-core");
    CommandRun run = single.command(1, "", "run");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(single.tables()).isEqualTo(done.tables());
    single.assertSameResults(done, "");
  }

  private static StageRecord record(String folder) throws IOException {
    Path file = done.path(folder).resolve("stage.json");
    return StageRecord.fromJson(Files.readString(file), file.toString());
  }

  @Test
  void thePerplexityCommandGivesThePerplexitiesOfTheTablesAndADivergence() {
    String full = done.path("systems/fp32/model").toString();
    String fitted = done.path("systems/ptq-2/model").toString();
    String text = TinyExperiment.data().resolve("dev.txt").toString();
    CommandRun run =
        CommandRun.on(2, "", "perplexity", "--model", full, "--text", text, "--versus", fitted);
    assertThat(run.exitCode()).as(run.err()).isZero();
    Pattern line = Pattern.compile("systems/(\\S+)/model: perplexity ([0-9.]+), ([0-9,]+) tokens");
    Matcher printed = line.matcher(run.out());
    for (String system : List.of("fp32", "ptq-2")) {
      ModelRow row = table("systems/" + system + "/measures", ModelRow.class).get(0);
      assertThat(printed.find()).as(run.out()).isTrue();
      assertThat(printed.group(1)).isEqualTo(system);
      assertThat(Double.parseDouble(printed.group(2))).isCloseTo(row.devPerplexity(), within(1e-4));
      assertThat(printed.group(3)).isEqualTo(String.format(Locale.ROOT, "%,d", row.devTokens()));
    }
    assertThat(run.out()).containsPattern("KL divergence from .* to .*: 0\\.\\d*[1-9]\\d* nats");
  }
}
