package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;

class KlSamplingTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(31, 7, 5, 1);
  private static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT, Precision.SIXTEEN);
  private static final KlStopping STOPPING = new KlStopping(List.of(1.5, 2.0, 3.0, 4.0), 0.01);

  private static KlSampling sampling(List<Precision> precisions) {
    return new KlSampling(ModelUnits.whole(LSTM), precisions, ScaleForm.of(ScaleScope.ROW));
  }

  /** A shard on which a probe has so many nats per token. */
  private static ShardProbes shard(
      KlSampling sampling, long tokens, ToDoubleFunction<KlProbe> natsPerToken) {
    return new ShardProbes(
        sampling.probes().stream()
            .map(probe -> new KlSum(tokens, tokens * natsPerToken.applyAsDouble(probe)))
            .toList(),
        Collections.nCopies(sampling.probes().size(), 0.25));
  }

  /** Matrices matter unequally; two bits more divide the damage by 16. */
  private static double planted(KlProbe probe) {
    double weight =
        switch (probe.unit().tensor().name()) {
          case LstmArchitecture.EMBEDDING -> 0.3;
          case LstmArchitecture.OUTPUT -> 2;
          default -> 1;
        };
    return weight * Math.pow(4, -probe.precision().bits());
  }

  @Test
  void shardsThatAgreeAreSettledWithoutRegret() {
    KlSampling sampling = sampling(PRECISIONS);
    sampling.add(
        List.of(
            shard(sampling, 100, KlSamplingTest::planted),
            shard(sampling, 37, KlSamplingTest::planted)));
    assertThat(sampling.look(STOPPING))
        .isEqualTo(new KlStopping.Look(true, "the largest regret is 0.00 % at 1.5 bits"));
  }

  @Test
  void shardsOfOneRankingAndDifferentLoudnessAreSettled() {
    KlSampling sampling = sampling(PRECISIONS);
    for (int s = 1; s <= 4; s++) {
      double loud = s;
      sampling.add(List.of(shard(sampling, 50, probe -> loud * planted(probe))));
    }
    assertThat(sampling.look(STOPPING).settled()).isTrue();
  }

  @Test
  void shardsThatContradictEachOtherAreNot() {
    KlSampling sampling = sampling(PRECISIONS);
    sampling.add(
        List.of(
            shard(sampling, 50, probe -> only(probe, LstmArchitecture.EMBEDDING)),
            shard(sampling, 50, probe -> only(probe, LstmArchitecture.OUTPUT))));
    KlStopping.Look look = sampling.look(STOPPING);
    assertThat(look.settled()).isFalse();
    assertThat(look.words()).matches("the largest regret is \\d{2,}\\.\\d\\d % at \\d\\.\\d bits");
  }

  private static double only(KlProbe probe, String tensor) {
    return probe.unit().tensor().name().equals(tensor) ? planted(probe) : planted(probe) / 1000;
  }

  /** Noise that many shards average out. */
  @Test
  void noiseSettlesOnceThereAreEnoughShards() {
    KlSampling sampling = sampling(PRECISIONS);
    Random random = new Random(1);
    List<Boolean> settled = new ArrayList<>();
    for (int s = 0; s < 200; s++) {
      sampling.add(
          List.of(
              shard(
                  sampling, 50, probe -> planted(probe) * Math.exp(0.3 * random.nextGaussian()))));
      settled.add(sampling.look(STOPPING).settled());
    }
    assertThat(settled.subList(0, 4)).containsOnly(false);
    assertThat(settled.subList(150, 200)).containsOnly(true);
  }

  /** A tie in the frontier that only noise below rounding decides, at damages near 0. */
  @Test
  void regretBelowRoundingDoesNotCount() {
    KlSampling sampling = sampling(List.of(Precision.EIGHT, Precision.SIXTEEN));
    Random random = new Random(2);
    for (int s = 0; s < 3; s++) {
      sampling.add(List.of(shard(sampling, 50, probe -> 1e-7 * random.nextGaussian())));
    }
    assertThat(sampling.look(new KlStopping(List.of(12.0), 1e-9)))
        .isEqualTo(new KlStopping.Look(true, "the largest regret is 0.00 % at 12.0 bits"));
  }

  @Test
  void withoutARegretNothingIsEverSettled() {
    KlSampling sampling = sampling(PRECISIONS);
    sampling.add(Collections.nCopies(4, shard(sampling, 100, KlSamplingTest::planted)));
    KlStopping never = new KlStopping(List.of(2.0), 0);
    assertThat(sampling.look(never))
        .isEqualTo(new KlStopping.Look(false, "regret is not asked for"));
  }

  @Test
  void shardsWithoutTextAreNotLeftOut() {
    KlSampling sampling = sampling(PRECISIONS);
    ShardProbes empty = shard(sampling, 0, probe -> 0);
    sampling.add(List.of(shard(sampling, 100, KlSamplingTest::planted), empty, empty));
    assertThat(sampling.look(STOPPING))
        .isEqualTo(new KlStopping.Look(false, "regret needs two shards with text, and 1 had some"));
    sampling.add(List.of(shard(sampling, 100, KlSamplingTest::planted)));
    assertThat(sampling.look(STOPPING).settled()).isTrue();
    assertThat(sampling.shards()).isEqualTo(4);
  }

  @Test
  void budgetsThatNoProbeReachesSettleNothing() {
    KlSampling sampling = sampling(List.of(Precision.FOUR, Precision.EIGHT));
    sampling.add(Collections.nCopies(2, shard(sampling, 100, KlSamplingTest::planted)));
    assertThat(sampling.look(new KlStopping(List.of(1.5, 2.0), 0.01)))
        .isEqualTo(
            new KlStopping.Look(
                false, "the probed precisions reach none of the budgets [1.5, 2.0] bits"));
    assertThat(sampling.look(STOPPING).settled()).isTrue();
  }

  @Test
  void aFrontierThatExplodesIsSettledAllTheSame() {
    // Sizes without a common measure.
    LstmArchitecture large = new LstmArchitecture(2_000_003, 1, 1, 1);
    List<Integer> bounds =
        IntStream.range(1, 16)
            .map(i -> (int) Math.round(50_000 * Math.pow(1.26, i)))
            .boxed()
            .toList();
    KlSampling sampling =
        new KlSampling(
            new WordBlocks(bounds).cut(large), PRECISIONS, ScaleForm.of(ScaleScope.TENSOR));
    sampling.add(
        Collections.nCopies(
            2, shard(sampling, 100, probe -> planted(probe) * probe.unit().weights())));
    assertThat(sampling.look(STOPPING).settled()).isTrue();
  }

  @Test
  void sensitivitiesAreTheMergedShardsOfEachProbe() {
    KlSampling sampling = sampling(PRECISIONS);
    sampling.add(List.of(shard(sampling, 100, KlSamplingTest::planted)));
    sampling.add(List.of(shard(sampling, 300, probe -> 3 * planted(probe))));
    KlProbe fitted = sampling.probes().get(1);
    ProbeTables.Fit fit = new ProbeTables.Fit(new float[] {1}, 0.25);
    List<Sensitivity> rows =
        sampling.sensitivities(
            new ProbeTables(ScaleForm.of(ScaleScope.TENSOR), Map.of(fitted, fit)));
    assertThat(rows).hasSize(4 * PRECISIONS.size()).hasSameSizeAs(sampling.probes());
    for (int p = 0; p < rows.size(); p++) {
      KlProbe probe = sampling.probes().get(p);
      Sensitivity row = rows.get(p);
      assertThat(row.tensor()).isEqualTo(probe.unit().name());
      assertThat(row.bits()).isEqualTo(probe.precision().bits());
      assertThat(row.value()).isCloseTo(2.5 * planted(probe), within(1e-12));
      assertThat(row.samples()).isEqualTo(2);
      assertThat(row.tokens()).isEqualTo(400);
      assertThat(row.seconds()).isEqualTo(p == 1 ? 0.75 : 0.5);
    }
  }

  @Test
  void aShardHasEveryProbe() {
    KlSampling sampling = sampling(PRECISIONS);
    ShardProbes other = shard(sampling(List.of(Precision.ONE)), 5, probe -> 1);
    assertThatThrownBy(() -> sampling.add(List.of(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a shard with 4 probes cannot be added to shards with 20");
    assertThatThrownBy(() -> new ShardProbes(List.of(KlSum.EMPTY), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 divergences cannot have 0 times");
    assertThatThrownBy(() -> new KlStopping(List.of(), 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "shards cannot be settled to a regret of 0.1 at 0 budgets; it must be 0 or more, at 1 or more");
  }
}
