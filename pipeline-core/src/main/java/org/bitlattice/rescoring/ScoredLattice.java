package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeBuilder;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.PathScales;

/**
 * An expanded lattice with its component scores, kept apart so that weights can be tuned without
 * running a model again. The score of a path is
 *
 * <pre>
 * Σ_arcs κ·acoustic + s·LM + p·(1 for a word)
 * LM = ln(μ·P_nn + (1 − μ)·P_ngram) + ρ·r        interpolation NGRAM
 *    = μ·ln P_nn + (1 − μ)·first-pass LM score   interpolation LATTICE (log-linear)
 * </pre>
 *
 * The sentence end has an LM score and no p. The residual r = first-pass LM score − ln P_first-pass
 * is what the lattice's LM score holds beyond the first pass's n-gram model (pronunciation, silence
 * and transition scores); it is 0 when that model's scores are not given. Natural logarithms.
 */
public final class ScoredLattice implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExpandedLattice lattice;
  private final Models models;
  private final Interpolation interpolation;

  /**
   * Scores of the history tree's nodes by model; an array is empty when the model takes no part.
   * Not copied.
   *
   * @param networkLn ln P_nn
   * @param ngramLn ln P_ngram
   * @param firstPassLn ln P of the first pass's own n-gram model, finite
   */
  public record Models(float[] networkLn, float[] ngramLn, float[] firstPassLn)
      implements Serializable {}

  /**
   * A lattice and the scores of its history tree.
   *
   * @throws IllegalArgumentException when an array is neither empty nor as long as the tree, or
   *     holds NaN or +∞, or −∞ for the first pass, which cannot have left a path it calls
   *     impossible
   */
  public ScoredLattice(ExpandedLattice lattice, Models models, Interpolation interpolation) {
    this.lattice = lattice;
    this.models = models;
    this.interpolation = interpolation;
    check("network", models.networkLn(), Float.NEGATIVE_INFINITY);
    check("n-gram", models.ngramLn(), Float.NEGATIVE_INFINITY);
    check("first-pass", models.firstPassLn(), -Float.MAX_VALUE);
  }

  private void check(String model, float[] scores, float lowest) {
    if (scores.length != 0 && scores.length != lattice.treeNodes()) {
      throw new IllegalArgumentException(
          "utterance %s has %d %s scores; its history tree has %d nodes"
              .formatted(lattice.utterance(), scores.length, model, lattice.treeNodes()));
    }
    for (float score : scores) {
      if (!(score >= lowest && score <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "utterance %s has the %s score %s; scores are natural logarithms"
                .formatted(lattice.utterance(), model, score));
      }
    }
  }

  /** Name of the utterance. */
  public String utterance() {
    return lattice.utterance();
  }

  /** The models' scores. */
  Models models() {
    return models;
  }

  /** How the models' scores are put together. */
  Interpolation interpolation() {
    return interpolation;
  }

  /** The states and arcs. */
  public ExpandedLattice lattice() {
    return lattice;
  }

  /**
   * The LM score of every arc.
   *
   * @param share μ, the network's share from 0 to 1; at 1 and 0 the other model is not looked at
   * @throws IllegalArgumentException when a model with a positive share has no scores
   */
  double[] lmLn(double share) {
    boolean withNgram = interpolation.kind() == Interpolation.Kind.NGRAM;
    require(share > 0, models.networkLn(), "network", share);
    require(withNgram && share < 1, models.ngramLn(), "n-gram", share);
    double[] node = withNgram ? mixtures(share) : networkShares(share);
    double[] lm = new double[lattice.arcs()];
    boolean residual = withNgram && models.firstPassLn().length > 0;
    for (int arc = 0; arc < lm.length; arc++) {
      int predicted = lattice.treeNode(arc);
      double score = predicted < 0 ? 0 : node[predicted];
      if (!withNgram) {
        score += share == 1 ? 0 : (1 - share) * lattice.firstPassLn(arc);
      } else if (residual) {
        double model = predicted < 0 ? 0 : models.firstPassLn()[predicted];
        score += interpolation.residualScale() * (lattice.firstPassLn(arc) - model);
      }
      lm[arc] = score;
    }
    return lm;
  }

  private void require(boolean needed, float[] scores, String model, double share) {
    if (needed && scores.length == 0) {
      throw new IllegalArgumentException(
          "utterance %s has no %s scores, which the interpolation weight %s needs"
              .formatted(lattice.utterance(), model, share));
    }
  }

  private double[] networkShares(double share) {
    double[] node = new double[lattice.treeNodes()];
    for (int i = 0; i < node.length && share > 0; i++) {
      node[i] = share * models.networkLn()[i];
    }
    return node;
  }

  private double[] mixtures(double share) {
    double[] node = new double[lattice.treeNodes()];
    double lnNetwork = Math.log(share);
    double lnNgram = Math.log1p(-share);
    for (int i = 0; i < node.length; i++) {
      if (share == 1) {
        node[i] = models.networkLn()[i];
      } else if (share == 0) {
        node[i] = models.ngramLn()[i];
      } else {
        node[i] = lnOfSum(lnNetwork + models.networkLn()[i], lnNgram + models.ngramLn()[i]);
      }
    }
    return node;
  }

  /** ln(eᵃ + eᵇ) without overflow; −∞ only when both are. */
  private static double lnOfSum(double a, double b) {
    double larger = Math.max(a, b);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }

  /**
   * The best path under some weights; of equally good ones the one that takes the earlier arc where
   * they part.
   */
  public LatticePath best(ScoreWeights weights) {
    double[] lm = lmLn(weights.interpolation());
    int[] path = new BestArcs(lattice).under(weights, lm);
    List<String> words = new ArrayList<>();
    double acousticSum = 0;
    double lmSum = 0;
    for (int arc : path) {
      acousticSum += lattice.acousticLn(arc);
      lmSum += lm[arc];
      if (lattice.wordId(arc) >= 0) {
        words.add(lattice.wordTable().get(lattice.wordId(arc)));
      }
    }
    double total = weights.combined(acousticSum, lmSum, words.size());
    return new LatticePath(words, acousticSum, lmSum, total);
  }

  /**
   * The rescored lattice under some weights: acoustic scores as they were, LM scores interpolated,
   * and the weights as scales. Arcs that are impossible under the LM are left out.
   *
   * @throws org.bitlattice.lattice.LatticeException when no path is possible
   */
  public Lattice toLattice(ScoreWeights weights) {
    double[] lm = lmLn(weights.interpolation());
    LatticeBuilder builder =
        new LatticeBuilder(utterance(), utterance())
            .scales(
                new PathScales(
                    weights.acousticScale(), weights.languageScale(), weights.wordInsertion()));
    for (int state = 0; state < lattice.states(); state++) {
      builder.addNode(Float.NaN);
    }
    for (int state = 0; state < lattice.states(); state++) {
      for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
        if (lm[arc] > Double.NEGATIVE_INFINITY) {
          int word = lattice.wordId(arc);
          String label = word < 0 ? null : lattice.wordTable().get(word);
          builder.addArc(state, lattice.to(arc), label, lattice.acousticLn(arc), lm[arc]);
        }
      }
    }
    return builder.build(0, lattice.states() - 1);
  }

  /**
   * Finds best paths again and again in the same lattice, backwards, as {@link
   * org.bitlattice.lattice.BestPath} does: so both find the same path even among equally good ones.
   */
  static final class BestArcs {
    private final ExpandedLattice lattice;
    private final double[] best;
    private final int[] chosen;
    private final int[] from;
    private final int[] path;

    BestArcs(ExpandedLattice lattice) {
      this.lattice = lattice;
      this.best = new double[lattice.states()];
      this.chosen = new int[lattice.states()];
      this.path = new int[lattice.states()];
      this.from = new int[lattice.arcs()];
      for (int state = 0; state < lattice.states(); state++) {
        Arrays.fill(from, lattice.firstArc(state), lattice.firstArc(state + 1), state);
      }
    }

    /** The arcs of the best path from the start to the last state. */
    int[] under(ScoreWeights weights, double[] lm) {
      int end = best.length - 1;
      Arrays.fill(chosen, -1);
      best[end] = 0;
      for (int arc = from.length - 1; arc >= 0; arc--) {
        int words = lattice.wordId(arc) < 0 ? 0 : 1;
        double rest = best[lattice.to(arc)];
        double score = weights.combined(lattice.acousticLn(arc), lm[arc], words) + rest;
        if (chosen[from[arc]] < 0 || score >= best[from[arc]]) {
          best[from[arc]] = score;
          chosen[from[arc]] = arc;
        }
      }
      int length = 0;
      for (int state = 0; state != end; state = lattice.to(path[length - 1])) {
        path[length++] = chosen[state];
      }
      return Arrays.copyOf(path, length);
    }
  }
}
