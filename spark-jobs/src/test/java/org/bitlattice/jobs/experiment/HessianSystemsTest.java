package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.allocation.AllocationRules;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.Budget;
import org.bitlattice.allocation.UnitOption;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.run.Seeds;
import org.bitlattice.sensitivity.Direction;
import org.bitlattice.sensitivity.DirectionSample;
import org.bitlattice.sensitivity.HessianProbe;
import org.bitlattice.sensitivity.HessianTrace;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.sensitivity.TraceSampling;
import org.bitlattice.sensitivity.TraceStopping;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Systems whose precisions are chosen by Hessian traces, from traces to the report. */
class HessianSystemsTest {
  private static final String TRACES = "sensitivity/hessian/traces-5-20";
  private static final List<String> SETTINGS =
      List.of(
          "sensitivity.hessian={sentences=12,batch=4,maximum-samples=10,relative-error=1e-6,share-of-largest=1e-6}",
          "systems.mean={method=ptq,precision=hessian,budget.ratio=5,scope=row,word-blocks=[5,20]}",
          "systems.total={method=ptq,precision=hessian,trace=total,budget.average-bits=2.5,scope=tensor,word-blocks=[5,20]}");

  private static TinyExperiment done;
  private static CommandRun run;
  private static List<DirectionSample> samples;
  private static List<HessianTrace> traces;
  private static List<Sensitivity> rows;

  private static LmWeights weights() throws IOException {
    return ModelFolder.read(new LocalModelFiles(done.path("baseline/model"))).model().weights();
  }

  private static ModelUnits units() throws IOException {
    return new WordBlocks(List.of(5, 20)).cut(weights().architecture());
  }

  private static String[] options(String... more) {
    List<String> options = new ArrayList<>();
    SETTINGS.forEach(setting -> options.addAll(List.of("--set", setting)));
    options.addAll(Arrays.asList(more));
    return options.toArray(String[]::new);
  }

  @BeforeAll
  static void runExperiment() {
    done = TinyExperiment.undisturbed().copyWithout("hessian", "scores", "report");
    run = done.command("run", options());
    assertThat(run.exitCode()).as(run.err()).isZero();
    TinyExperiment.onSpark(
        spark -> {
          String folder = done.output().toString();
          samples =
              Tables.read(
                  spark, folder + "/" + TRACES + "/samples", RowSchema.of(DirectionSample.class));
          traces =
              Tables.read(
                  spark, folder + "/" + TRACES + "/table", RowSchema.of(HessianTrace.class));
          rows =
              Tables.read(
                  spark,
                  folder + "/sensitivity/hessian/row-5-20/table",
                  RowSchema.of(Sensitivity.class));
          return null;
        });
  }

  @Test
  void thePlanAndTheProgressNameTheStages() {
    assertThat(run.err())
        .containsPattern(TRACES + " +starts")
        .containsPattern("sensitivity/hessian/tensor-5-20 +starts")
        .containsPattern("sensitivity/hessian/row-5-20 +starts")
        .contains("  4 samples  ", "  8 samples  ", "  10 samples  ")
        .contains(
            "  warning: after 10 samples (sensitivity.hessian.maximum-samples) these traces are less exact than asked for: ");
  }

  /** In one process, without Spark, over the same sentences in another order of minibatches. */
  @Test
  void tracesAreThoseOfOneProcessOverTheSameSentences() throws IOException {
    LmWeights weights = weights();
    ModelUnits units = units();
    List<List<int[]>> sentences = chosenSentences();
    TraceSampling plain = new TraceSampling(units, new TraceStopping(1e-6, 1e-6, 10), 3e-4);
    Seeds seeds = new Seeds(1);
    for (Direction direction : plain.next(10, sample -> seeds.stream("hutchinson", sample))) {
      HessianProbe probe = new HessianProbe(weights, units, direction.relativeStep());
      plain.add(
          DirectionSample.rows(direction, units, probe.sample(direction.seed(), sentences), 1));
    }
    assertThat(samples).hasSize(11 * units.units().size());
    double largest = 0;
    for (HessianTrace trace : plain.traces()) {
      largest = Math.max(largest, Math.abs(trace.trace()));
    }
    for (int u = 0; u < traces.size(); u++) {
      HessianTrace expected = plain.traces().get(u);
      HessianTrace found = traces.get(u);
      assertThat(found.unit()).isEqualTo(expected.unit());
      assertThat(found.samples()).isEqualTo(10);
      assertThat(found.tokens()).isEqualTo(expected.tokens());
      assertThat(found.trace()).isCloseTo(expected.trace(), within(1e-3 * largest));
      assertThat(found.standardError()).isCloseTo(expected.standardError(), within(1e-3 * largest));
    }
  }

  /** Each of the 12 dev sentences at equal distances of the 30 as a minibatch of its own. */
  private static List<List<int[]>> chosenSentences() throws IOException {
    List<String> words = Files.readAllLines(done.path("corpus/vocabulary.txt"));
    List<String> lines = Files.readAllLines(TinyExperiment.data().resolve("dev.txt"));
    List<List<int[]>> minibatches = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      if ((line + 1) * 12 / lines.size() > line * 12 / lines.size()) {
        List<Integer> ids = new ArrayList<>(List.of(0));
        for (String word : lines.get(line).split(" ")) {
          int id = words.indexOf(word);
          ids.add(id < 0 ? 1 : id);
        }
        ids.add(0);
        minibatches.add(List.of(ids.stream().mapToInt(Integer::intValue).toArray()));
      }
    }
    return minibatches;
  }

  @Test
  void sensitivitiesOfBothMeasuresFollowFromTracesAndTableFits() throws IOException {
    Map<String, HessianTrace> byUnit = new TreeMap<>();
    traces.forEach(trace -> byUnit.put(trace.unit(), trace));
    assertThat(rows).hasSize(2 * 4 * traces.size());
    Map<String, Double> squared = new TreeMap<>();
    for (Sensitivity row : rows) {
      HessianTrace trace = byUnit.get(row.tensor());
      double factor =
          row.measure().equals("hessian-mean") ? 0.5 * trace.meanTrace() : trace.trace();
      double perturbation = row.value() / factor;
      assertThat(row.measure()).isIn("hessian-mean", "hessian-total");
      assertThat(row.samples()).isEqualTo(10);
      assertThat(row.tokens()).isEqualTo(trace.tokens());
      assertThat(row.standardError() / Math.abs(row.value()))
          .isCloseTo(trace.standardError() / Math.abs(trace.trace()), within(1e-9));
      Double before = squared.put(row.tensor() + " " + row.bits(), perturbation);
      if (before != null) {
        assertThat(perturbation).isCloseTo(before, within(1e-9 * before));
      }
    }
    // One bit, a scale for each row: the mean of |w| is the scale.
    WeightUnit unit = units().units().get(0);
    float[] values = unit.valuesOf(weights().tensor(unit.tensor().name()));
    double expected = 0;
    int columns = unit.tensor().columns();
    for (int row = 0; row < unit.rows(); row++) {
      double mean = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        mean += Math.abs(values[i]) / columns;
      }
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        expected += Math.pow(Math.abs(values[i]) - mean, 2);
      }
    }
    assertThat(squared.get(unit.name() + " 1")).isCloseTo(expected, within(1e-4 * expected));
  }

  @Test
  void theAssignmentIsTheBestByTheSystemsMeasure() throws IOException {
    Map<String, List<UnitOption>> options = new TreeMap<>();
    ScaleForm scales = ScaleForm.of(ScaleScope.ROW);
    Map<String, WeightUnit> byName = new TreeMap<>();
    units().units().forEach(unit -> byName.put(unit.name(), unit));
    for (Sensitivity row : rows) {
      if (row.measure().equals("hessian-mean")) {
        options
            .computeIfAbsent(row.tensor(), name -> new ArrayList<>())
            .add(
                UnitOption.of(
                    byName.get(row.tensor()), Precision.ofBits(row.bits()), scales, row.value()));
      }
    }
    assertThat(done.assignment("mean"))
        .isEqualTo(
            Allocator.over(units(), options, scales, AllocationRules.NONE)
                .best(new Budget.Ratio(5))
                .assignment());
    assertThat(done.assignment("total").averageBits()).isLessThanOrEqualTo(2.5);
    String summary = Files.readString(done.path("report/summary.md"));
    assertThat(summary).contains("| mean | tuned |", "| total | tuned |");
  }

  @Test
  void oneCoreGivesTheSameBitsAsTwo() {
    TinyExperiment one = copy("hessian-one-core");
    CommandRun again = one.command(1, "", "sensitivity", options());
    assertThat(again.exitCode()).as(again.err()).isZero();
    one.assertSameResults(done, "sensitivity/hessian");
  }

  @Test
  void aKilledRunContinuesWithTheNextBatch() throws IOException {
    TinyExperiment killed = copy("hessian-killed");
    assertThat(killed.command(2, "  4 samples  ", "sensitivity", options()).exitCode())
        .isEqualTo(3);
    assertThat(killed.path(TRACES + "/samples")).exists();
    assertThat(killed.path(TRACES + "/stage.json")).doesNotExist();
    // What a kill while the second batch is written may leave.
    Files.createDirectories(killed.path(TRACES + "/samples.unfinished"));
    CommandRun again = killed.command("sensitivity", options());
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .containsPattern(TRACES + " +continues")
        .contains("  continues after sample 4\n", "  8 samples  ", "  10 samples  ")
        .doesNotContain("  4 samples  ");
    killed.assertSameResults(done, "sensitivity/hessian");
  }

  private static TinyExperiment copy(String name) {
    return done.copyWithout(
        name,
        "sensitivity/hessian",
        "assignments",
        "systems",
        "hypotheses",
        "rescored",
        "scores",
        "report");
  }
}
