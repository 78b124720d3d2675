package org.bitlattice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.ProbeTables;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a KL probe costs beside one forward pass over the same tokens, on one thread: table fit, the
 * candidate's pass, its share of the full-precision pass, and the divergence. Times decide nothing.
 */
class KlProbeBenchmark {
  private static final int SENTENCES = 64;
  private static final int WORDS = 15;
  private static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT, Precision.SIXTEEN);

  private final int rounds = Integer.getInteger("bitlattice.bench-rounds", 5);

  @ParameterizedTest
  @EnumSource(ModelSize.class)
  void probesAreTimed(ModelSize size) throws IOException {
    LmWeights weights = size.weights();
    List<WeightUnit> units = ModelUnits.whole(weights.architecture()).units();
    ProbeTables tables = ProbeTables.of(weights, PRECISIONS, ScaleForm.of(ScaleScope.ROW));
    List<int[]> text = sentences(size.words());
    ScorerSettings settings = ScorerSettings.DEFAULT;
    double forward =
        LeastSeconds.of(
            rounds,
            () -> {
              try (LmScorer scorer = LmScorer.open(ScoredModel.exact(weights), 0, 1, settings)) {
                scorer.text(text);
              }
            });
    List<String> report = new ArrayList<>(List.of("### " + size, ""));
    report.add("| units in a task | probes | seconds for each | against one forward pass |");
    report.add("|---|---|---|---|");
    report.add(row("forward pass", 1, forward, forward));
    for (int together : new int[] {1, 2, units.size()}) {
      List<KlProbe> probes =
          units.subList(0, together).stream()
              .flatMap(unit -> PRECISIONS.stream().map(bits -> new KlProbe(unit, bits)))
              .toList();
      List<KlSum> sums = KlSensitivity.measure(weights, probes, tables, text, 0, settings);
      assertThat(sums).allMatch(sum -> sum.tokens() == (long) SENTENCES * (WORDS + 1));
      double seconds =
          LeastSeconds.of(
              rounds, () -> KlSensitivity.measure(weights, probes, tables, text, 0, settings));
      report.add(row(String.valueOf(together), probes.size(), seconds / probes.size(), forward));
    }
    report.add("");
    Machine.description().forEach(line -> report.add("- " + line));
    LeastSeconds.write("kl-probes", size, report);
  }

  private static String row(String what, int probes, double seconds, double forward) {
    return String.format(
        Locale.ROOT, "| %s | %d | %.3f | %.2f |", what, probes, seconds, seconds / forward);
  }

  private static List<int[]> sentences(int words) {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, SENTENCES)
        .mapToObj(i -> random.ints(WORDS, 2, words).toArray())
        .toList();
  }
}
