package org.bitlattice.sensitivity;

import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.scoring.KlDivergence;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.MatrixChange;
import org.bitlattice.lm.scoring.ScorerSettings;

/**
 * The KL sensitivity of a unit: Ω_l(n) = (1/T) Σ_t Σ_w P(w|h_t;Θ) ln [P(w|h_t;Θ) / P(w|h_t; Θ with
 * W_l → f_n(W_l))], nats per token, over held-out text (method section 4). Text is cut into shards
 * that are measured apart and merged in order.
 */
public final class KlSensitivity {
  /** Name of the measure in tables. */
  public static final String MEASURE = "kl";

  private KlSensitivity() {}

  /**
   * Measures several probes on some shards; the full-precision distributions of a shard are
   * computed once for as many probes as fit in memory together. Each result is that of measuring
   * one probe on one shard.
   *
   * @return for each shard one sum for each probe, in order
   * @throws IllegalArgumentException as for one probe
   */
  public static List<List<KlSum>> measure(
      LmWeights full,
      List<KlProbe> probes,
      ProbeTables tables,
      List<List<int[]>> shards,
      int boundaryId,
      ScorerSettings settings) {
    probes.forEach(probe -> requireQuantizable(full, probe));
    List<String> matrices = probes.stream().map(probe -> probe.unit().tensor().name()).toList();
    List<List<KlSum>> sums = new ArrayList<>();
    shards.forEach(shard -> sums.add(new ArrayList<>()));
    // Candidates that are not measured together are not held together either.
    int end;
    for (int first = 0; first < probes.size(); first = end) {
      List<String> left = matrices.subList(first, matrices.size());
      end = first + KlDivergence.changesTogether(full.architecture(), left);
      List<MatrixChange> changes =
          probes.subList(first, end).stream().map(probe -> tables.change(full, probe)).toList();
      List<List<KlSum>> found = KlDivergence.ofChanges(full, changes, shards, boundaryId, settings);
      for (int shard = 0; shard < shards.size(); shard++) {
        sums.get(shard).addAll(found.get(shard));
      }
    }
    return sums;
  }

  private static void requireQuantizable(LmWeights full, KlProbe probe) {
    List<TensorShape> quantizable = full.architecture().quantizable();
    if (!quantizable.contains(probe.unit().tensor())) {
      throw new IllegalArgumentException(
          "%s cannot be probed; the quantizable tensors of this model are %s"
              .formatted(
                  probe.unit().name(), quantizable.stream().map(TensorShape::name).toList()));
    }
  }

  /**
   * Joins the measurements of a probe on all shards. With y_s nats and t_s tokens of shard s of the
   * S shards that hold tokens, the value is the ratio R = Σ y_s / Σ t_s, and its standard error is
   * that of a ratio estimate over clusters (Cochran, Sampling Techniques, 3rd edition, section
   * 2.11): √[S / (S − 1) · Σ (y_s − R t_s)²] / Σ t_s; NaN for a single shard. Shards are summed in
   * the given order, so that equal shards give equal bits.
   *
   * @param seconds computing time of all shards
   * @throws IllegalArgumentException when no shard holds a token
   */
  public static Sensitivity merge(KlProbe probe, List<KlSum> shardsInOrder, double seconds) {
    KlSum total = shardsInOrder.stream().reduce(KlSum.EMPTY, KlSum::plus);
    if (total.tokens() == 0) {
      throw new IllegalArgumentException(
          "the sensitivity of %s at %d bits cannot be computed from %d shards without tokens"
              .formatted(probe.unit().name(), probe.precision().bits(), shardsInOrder.size()));
    }
    double ratio = total.perToken();
    double squares = 0;
    long samples = 0;
    for (KlSum shard : shardsInOrder) {
      double residual = shard.nats() - ratio * shard.tokens();
      squares += residual * residual;
      samples += shard.tokens() > 0 ? 1 : 0;
    }
    double standardError =
        samples < 2 ? Double.NaN : Math.sqrt(samples / (samples - 1.0) * squares) / total.tokens();
    return new Sensitivity(
        probe.unit().name(),
        probe.precision().bits(),
        MEASURE,
        ratio,
        standardError,
        samples,
        total.tokens(),
        seconds);
  }
}
