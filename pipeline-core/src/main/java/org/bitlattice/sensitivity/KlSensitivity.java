package org.bitlattice.sensitivity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.scoring.KlDivergence;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;

/**
 * The KL sensitivity of a tensor: Ω_l(n) = (1/T) Σ_t Σ_w P(w|h_t;Θ) ln [P(w|h_t;Θ) / P(w|h_t; Θ
 * with W_l → f_n(W_l))], nats per token, over held-out text (method section 4). Text is cut into
 * shards that are measured apart and merged in order.
 */
public final class KlSensitivity {
  /** Name of the measure in tables. */
  public static final String MEASURE = "kl";

  private KlSensitivity() {}

  /**
   * Measures one probe on one shard.
   *
   * @param full the model in full precision
   * @param shard sentences, as for {@link KlDivergence}
   * @throws IllegalArgumentException when the model has no such quantizable tensor or a word id is
   *     outside the vocabulary
   */
  public static KlSum measure(
      LmWeights full,
      KlProbe probe,
      ScaleScope scope,
      List<int[]> shard,
      int boundaryId,
      ScorerSettings settings) {
    return measure(full, List.of(probe), scope, shard, boundaryId, settings).get(0);
  }

  /**
   * Measures several probes on one shard; the full-precision distributions are computed once for as
   * many probes as fit in memory together. Each probe's result is that of measuring it alone.
   *
   * @return one sum for each probe, in order
   * @throws IllegalArgumentException as for one probe
   */
  public static List<KlSum> measure(
      LmWeights full,
      List<KlProbe> probes,
      ScaleScope scope,
      List<int[]> shard,
      int boundaryId,
      ScorerSettings settings) {
    List<LmWeights> candidates = new ArrayList<>();
    for (KlProbe probe : probes) {
      candidates.add(quantized(full, probe, scope));
    }
    return KlDivergence.between(full, candidates, shard, boundaryId, settings);
  }

  private static LmWeights quantized(LmWeights full, KlProbe probe, ScaleScope scope) {
    TensorShape shape =
        full.architecture().quantizable().stream()
            .filter(tensor -> tensor.name().equals(probe.tensor()))
            .findFirst()
            .orElseThrow(() -> notQuantizable(full, probe));
    float[] values =
        TableFit.fit(
                shape.name(),
                full.tensor(shape.name()),
                shape.rows(),
                shape.columns(),
                probe.precision(),
                scope)
            .dequantize();
    return full.with(Map.of(shape.name(), values));
  }

  private static IllegalArgumentException notQuantizable(LmWeights full, KlProbe probe) {
    return new IllegalArgumentException(
        "the tensor %s cannot be probed; the quantizable tensors of this model are %s"
            .formatted(
                probe.tensor(),
                full.architecture().quantizable().stream().map(TensorShape::name).toList()));
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
              .formatted(probe.tensor(), probe.precision().bits(), shardsInOrder.size()));
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
        probe.tensor(),
        probe.precision().bits(),
        MEASURE,
        ratio,
        standardError,
        samples,
        total.tokens(),
        seconds);
  }
}
