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
 * What a KL probe costs beside one forward pass over the same tokens, on one thread: the fit of its
 * table, the candidate's pass, its share of the full-precision pass, and the divergence. Shards are
 * as in a task of the KL stage with its defaults, and a fit serves all batches of shards. Times
 * decide nothing.
 */
class KlProbeBenchmark {
  private static final int BATCHES = 4;
  private static final int SHARDS_OF_BATCH = 2;
  private static final int SENTENCES_OF_SHARD = 100;
  private static final int WORDS = 9;
  private static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT, Precision.SIXTEEN);

  private final int rounds = Integer.getInteger("bitlattice.bench-rounds", 5);

  @ParameterizedTest
  @EnumSource(ModelSize.class)
  void probesAreTimed(ModelSize size) throws IOException {
    LmWeights weights = size.weights();
    List<WeightUnit> units = ModelUnits.whole(weights.architecture()).units();
    ScaleForm scales = ScaleForm.of(ScaleScope.ROW);
    List<List<int[]>> shards = shards(size.words());
    ScorerSettings settings = ScorerSettings.DEFAULT;
    double forward =
        LeastSeconds.of(
            rounds,
            () -> {
              try (LmScorer scorer = LmScorer.open(ScoredModel.exact(weights), 0, 1, settings)) {
                shards.forEach(scorer::text);
              }
            });
    List<String> report = new ArrayList<>(List.of("### " + size, ""));
    report.add("| units in a task | probes | fit, s | passes, s | against one forward pass |");
    report.add("|---|---|---|---|---|");
    report.add("| forward pass | 1 | | %.3f | 1.00 |".formatted(forward));
    for (int together : new int[] {1, 3, units.size()}) {
      List<KlProbe> probes =
          units.subList(0, together).stream()
              .flatMap(unit -> PRECISIONS.stream().map(bits -> new KlProbe(unit, bits)))
              .toList();
      ProbeTables tables = ProbeTables.of(weights, probes, scales);
      List<List<KlSum>> sums = KlSensitivity.measure(weights, probes, tables, shards, 0, settings);
      long tokens = (long) SENTENCES_OF_SHARD * (WORDS + 1);
      assertThat(sums).allSatisfy(shard -> assertThat(shard).allMatch(s -> s.tokens() == tokens));
      double fit = LeastSeconds.of(rounds, () -> ProbeTables.of(weights, probes, scales));
      double passes =
          LeastSeconds.of(
              rounds, () -> KlSensitivity.measure(weights, probes, tables, shards, 0, settings));
      report.add(row(together, probes.size(), fit / BATCHES, passes, forward));
    }
    report.add("");
    Machine.description().forEach(line -> report.add("- " + line));
    LeastSeconds.write("kl-probes", size, report);
  }

  private static String row(int units, int probes, double fit, double passes, double forward) {
    return String.format(
        Locale.ROOT,
        "| %d | %d | %.3f | %.3f | %.2f |",
        units,
        probes,
        fit / probes,
        passes / probes,
        (fit + passes) / probes / forward);
  }

  private static List<List<int[]>> shards(int words) {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, SHARDS_OF_BATCH)
        .mapToObj(
            shard ->
                IntStream.range(0, SENTENCES_OF_SHARD)
                    .mapToObj(i -> random.ints(WORDS, 2, words).toArray())
                    .toList())
        .toList();
  }
}
