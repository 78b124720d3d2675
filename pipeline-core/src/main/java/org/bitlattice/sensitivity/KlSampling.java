package org.bitlattice.sensitivity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bitlattice.allocation.AllocationRegret;
import org.bitlattice.allocation.UnitOption;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.WeightUnit;

/**
 * The KL measurement as it goes: every unit at every precision, on more and more shards. What it
 * says follows from the shards and their order alone, which must not depend on the cluster.
 */
public final class KlSampling {
  private final ModelUnits units;
  private final ScaleForm scales;
  private final List<KlProbe> probes = new ArrayList<>();
  private final List<ShardProbes> shards = new ArrayList<>();

  /**
   * A measurement without a shard yet.
   *
   * @param precisions quantized precisions that every unit is probed at
   * @param scales the form of the scales of the tables
   */
  public KlSampling(ModelUnits units, List<Precision> precisions, ScaleForm scales) {
    this.units = units;
    this.scales = scales;
    for (WeightUnit unit : units.units()) {
      precisions.forEach(precision -> probes.add(new KlProbe(unit, precision)));
    }
  }

  /** All probes: those of the first unit, then those of the second, and so on. */
  public List<KlProbe> probes() {
    return List.copyOf(probes);
  }

  /** Number of shards so far. */
  public int shards() {
    return shards.size();
  }

  /**
   * Adds the next shards.
   *
   * @throws IllegalArgumentException when a shard has not one measurement for each probe
   */
  public void add(List<ShardProbes> next) {
    for (ShardProbes shard : next) {
      if (shard.sums().size() != probes.size()) {
        throw new IllegalArgumentException(
            "a shard with %d probes cannot be added to shards with %d"
                .formatted(shard.sums().size(), probes.size()));
      }
      shards.add(shard);
    }
  }

  /**
   * The sensitivities by all shards so far, in the order of the probes.
   *
   * @param tables those that were applied, whose fits count as computing time
   * @throws IllegalArgumentException when no shard holds a token
   */
  public List<Sensitivity> sensitivities(ProbeTables tables) {
    List<Sensitivity> rows = new ArrayList<>();
    for (int p = 0; p < probes.size(); p++) {
      int probe = p;
      List<KlSum> sums = shards.stream().map(shard -> shard.sums().get(probe)).toList();
      double seconds = shards.stream().mapToDouble(shard -> shard.seconds().get(probe)).sum();
      rows.add(
          KlSensitivity.merge(
              probes.get(probe), sums, seconds + tables.seconds(probes.get(probe))));
    }
    return rows;
  }

  /**
   * Whether more shards are needed, by the rule. A shard without a token changes nothing and is not
   * left out. Where the rule cannot be asked, the answer is that they are, and why.
   */
  public KlStopping.Look look(KlStopping stopping) {
    if (stopping.regret() == 0) {
      return new KlStopping.Look(false, "regret is not asked for");
    }
    int[] held = held();
    if (held.length < 2) {
      return new KlStopping.Look(
          false, "regret needs two shards with text, and %d had some".formatted(held.length));
    }
    try {
      List<Map<String, List<UnitOption>>> others = new ArrayList<>();
      for (int left : held) {
        others.add(options(shard -> shard != left));
      }
      return stopping.look(
          AllocationRegret.atEach(stopping.averageBits(), units, options(shard -> true), others));
    } catch (IllegalArgumentException e) {
      return new KlStopping.Look(false, "regret is not known: " + e.getMessage());
    }
  }

  /** Numbers of the shards that hold tokens. */
  private int[] held() {
    return IntStream.range(0, shards.size())
        .filter(shard -> shards.get(shard).sums().get(0).tokens() > 0)
        .toArray();
  }

  /** For each unit its precisions, with their sensitivities by some of the shards. */
  private Map<String, List<UnitOption>> options(IntPredicate wanted) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (int p = 0; p < probes.size(); p++) {
      KlProbe probe = probes.get(p);
      KlSum sum = KlSum.EMPTY;
      for (int shard = 0; shard < shards.size(); shard++) {
        if (wanted.test(shard)) {
          sum = sum.plus(shards.get(shard).sums().get(p));
        }
      }
      options
          .computeIfAbsent(probe.unit().name(), name -> new ArrayList<>())
          .add(UnitOption.of(probe.unit(), probe.precision(), scales, sum.perToken()));
    }
    return options;
  }
}
