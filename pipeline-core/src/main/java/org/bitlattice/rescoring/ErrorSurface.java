package org.bitlattice.rescoring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.scoring.Alignment;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.WordErrors;

/**
 * Word errors as a function of the weights, over stored component scores. Every hypothesis is
 * aligned once; the sums of mixture logarithms are made once per μ; after that an evaluation is one
 * pass over flat arrays, two multiplications a hypothesis.
 */
final class ErrorSurface {
  private final List<ScoredUtterance> utterances;
  private final int[] starts;
  private final double[] acousticLn;
  private final int[] words;
  private final WordErrors[] errors;
  private final Map<Double, double[]> mixtures = new HashMap<>();

  /**
   * Aligns all hypotheses with their references.
   *
   * @throws IllegalArgumentException naming the utterance that the reference lacks
   */
  ErrorSurface(List<ScoredUtterance> utterances, TrnFile reference) {
    this.utterances = utterances;
    starts = new int[utterances.size() + 1];
    for (int u = 0; u < utterances.size(); u++) {
      starts[u + 1] = starts[u] + utterances.get(u).hypotheses().size();
    }
    int total = starts[utterances.size()];
    acousticLn = new double[total];
    words = new int[total];
    errors = new WordErrors[total];
    for (int u = 0; u < utterances.size(); u++) {
      ScoredUtterance utterance = utterances.get(u);
      List<String> truth = reference.words(utterance.utterance());
      int at = starts[u];
      for (ScoredHypothesis scored : utterance.hypotheses()) {
        acousticLn[at] = scored.hypothesis().acousticLn();
        words[at] = scored.wordCount();
        errors[at] = Alignment.of(truth, scored.hypothesis().words()).errors();
        at++;
      }
    }
  }

  /** Counts over all utterances' best hypotheses under the weights. */
  WordErrors errors(ScoreWeights weights) {
    double[] mixtureLn = mixture(weights.interpolation());
    WordErrors sum = WordErrors.NONE;
    for (int u = 0; u < utterances.size(); u++) {
      sum = sum.plus(errors[best(u, weights, mixtureLn)]);
    }
    return sum;
  }

  /** The same rule as {@link ScoredUtterance#bestIndex}, over the flat arrays. */
  private int best(int utterance, ScoreWeights weights, double[] mixtureLn) {
    int best = starts[utterance];
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = starts[utterance]; i < starts[utterance + 1]; i++) {
      double score = weights.combined(acousticLn[i], mixtureLn[i], words[i]);
      if (score > highest) {
        highest = score;
        best = i;
      }
    }
    return best;
  }

  private double[] mixture(double interpolation) {
    return mixtures.computeIfAbsent(
        interpolation,
        share ->
            utterances.stream()
                .flatMap(u -> u.hypotheses().stream())
                .mapToDouble(h -> h.mixtureLn(share))
                .toArray());
  }
}
