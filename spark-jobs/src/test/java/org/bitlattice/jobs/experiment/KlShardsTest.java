package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.prepare.SentenceRow;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.run.StageRecord;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSampling;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.Sensitivity;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On how many shards KL divergences are measured. */
class KlShardsTest {
  private static final String STAGE = "sensitivity/kl/tensor";
  private static final int SHARDS = 5;

  /** Whatever the regret at the first two looks is, this one is content with it. */
  private static final String EASY = "{batch=2,regret=1}";

  private static TinyExperiment early;
  private static CommandRun earlyRun;

  private static TinyExperiment fresh(String name) {
    return TinyExperiment.undisturbed()
        .copyWithout(
            name,
            "sensitivity",
            "assignments",
            "systems",
            "hypotheses",
            "rescored",
            "scores",
            "report");
  }

  /** All 30 dev sentences, six a shard. */
  private static CommandRun measure(TinyExperiment experiment, int cores, String kl) {
    CommandRun run =
        experiment.command(
            cores,
            "",
            "sensitivity",
            "--set",
            "sensitivity={sentences=30,shards=%d}".formatted(SHARDS),
            "--set",
            "sensitivity.kl=" + kl);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @BeforeAll
  static void stopEarly() {
    early = fresh("kl-early");
    earlyRun = measure(early, 2, EASY);
  }

  private static <T extends Record> List<T> table(
      TinyExperiment experiment, String table, Class<T> type) {
    return TinyExperiment.onSpark(
        spark -> Tables.read(spark, experiment.path(table).toString(), RowSchema.of(type)));
  }

  private static Map<String, Double> counts(TinyExperiment experiment) throws IOException {
    Path file = experiment.path(STAGE).resolve("stage.json");
    return StageRecord.fromJson(Files.readString(file), file.toString()).counts();
  }

  @Test
  void theSecondLookMayEndTheMeasurement() throws IOException {
    assertThat(earlyRun.err())
        .containsPattern("  2 of 5 shards: the largest regret is \\d+\\.\\d\\d % at ")
        .containsPattern(
            "  settled after 4 of 5 shards: the largest regret is \\d+\\.\\d\\d % at ");
    assertThat(counts(early)).containsEntry("shards", 4.0).containsEntry("probes", 16.0);
  }

  /** In one process, without Spark, a probe and a shard at a time. */
  @Test
  void theTableIsThatOfTheFirstShards() throws IOException {
    ModelFolder baseline = ModelFolder.read(new LocalModelFiles(early.path("baseline/model")));
    LmWeights weights = baseline.model().weights();
    ScaleForm scales = ScaleForm.of(ScaleScope.TENSOR);
    List<Precision> precisions =
        List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT);
    List<KlProbe> probes =
        new KlSampling(ModelUnits.whole(weights.architecture()), precisions, scales).probes();
    List<List<int[]>> shards = HeldOutText.dealt(devSentences(), SHARDS).subList(0, 4);
    List<Sensitivity> found = table(early, STAGE + "/table", Sensitivity.class);
    assertThat(found).hasSameSizeAs(probes);
    for (int i = 0; i < found.size(); i++) {
      List<KlSum> sums = new ArrayList<>();
      for (List<int[]> shard : shards) {
        List<KlProbe> probe = List.of(probes.get(i));
        sums.add(
            KlSensitivity.measure(
                    weights,
                    probe,
                    ProbeTables.of(weights, probe, scales),
                    List.of(shard),
                    baseline.vocabulary().boundaryId(),
                    new ScorerSettings(64))
                .get(0)
                .get(0));
      }
      Sensitivity row = found.get(i);
      assertThat(row).isEqualTo(KlSensitivity.merge(probes.get(i), sums, row.seconds()));
      assertThat(row.samples()).isEqualTo(4);
    }
  }

  private static List<int[]> devSentences() {
    return table(early, "corpus/sentences", SentenceRow.class).stream()
        .filter(row -> row.set().equals("dev"))
        .sorted(Comparator.comparingInt(SentenceRow::sentence))
        .map(SentenceRow::tokens)
        .toList();
  }

  /** Tasks take all four matrices on one core and two on two cores. */
  @Test
  void oneCoreGivesTheSameBitsAsTwo() {
    TinyExperiment one = fresh("kl-one-core");
    measure(one, 1, EASY);
    one.assertSameResults(early, "sensitivity");
  }

  @Test
  void withoutARegretAllShardsAreMeasuredWhateverTheBatch() throws IOException {
    TinyExperiment never = fresh("kl-never");
    CommandRun run = measure(never, 2, "{batch=2,regret=0}");
    assertThat(run.err())
        .contains(
            "  2 of 5 shards: ",
            "  4 of 5 shards: ",
            "  all 5 shards measured: regret is not asked for")
        .doesNotContain("settled after");
    assertThat(counts(never)).containsEntry("shards", 5.0);
    TinyExperiment once = fresh("kl-once");
    CommandRun whole = measure(once, 2, "{batch=1000,regret=1}");
    assertThat(whole.err())
        .contains("  all 5 shards measured: the largest")
        .doesNotContain(" of 5 shards: ");
    once.assertSameResults(never, "sensitivity");
    double tokens = counts(early).get("tokens");
    assertThat(table(never, STAGE + "/table", Sensitivity.class))
        .allMatch(row -> row.samples() == 5 && row.tokens() > tokens);
  }
}
