package org.bitlattice.rescoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bitlattice.rescoring.ScoredLattice.BestArcs;
import org.bitlattice.scoring.Alignment;
import org.bitlattice.scoring.TrnFile;

/**
 * Word errors of the best paths under many weights, over stored component scores. Counts of several
 * parts of a set add up to those of the set. A lattice's LM scores are made once for each
 * interpolation weight and held for one at a time; each of its word sequences is aligned once.
 */
public final class ErrorCounts {
  private final ExpandedLattice lattice;
  private final List<String> reference;
  private final BestArcs search;
  private final Map<WordIds, Long> errors = new HashMap<>();

  /** A word sequence. */
  private record WordIds(int[] ids) {
    @Override
    public boolean equals(Object other) {
      return other instanceof WordIds words && Arrays.equals(ids, words.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }
  }

  private ErrorCounts(ScoredLattice scored, List<String> reference) {
    this.lattice = scored.lattice();
    this.reference = reference;
    this.search = new BestArcs(lattice);
  }

  /**
   * Counts substitutions, deletions and insertions together.
   *
   * @param references other utterances in it are ignored
   * @return errors over all lattices, one number for each of the weights
   * @throws IllegalArgumentException naming the utterance that the reference lacks, or whose scores
   *     lack a model that some weights need
   */
  public static long[] of(
      List<ScoredLattice> lattices, TrnFile references, List<ScoreWeights> weights) {
    long[] sums = new long[weights.size()];
    Map<Double, List<Integer>> byShare =
        IntStream.range(0, sums.length)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    i -> weights.get(i).interpolation(), TreeMap::new, Collectors.toList()));
    for (ScoredLattice scored : lattices) {
      ErrorCounts counts = new ErrorCounts(scored, references.words(scored.utterance()));
      byShare.forEach(
          (share, points) -> {
            double[] lm = scored.lmLn(share);
            points.forEach(i -> sums[i] += counts.under(weights.get(i), lm));
          });
    }
    return sums;
  }

  private long under(ScoreWeights weights, double[] lm) {
    int[] arcs = search.under(weights, lm);
    int[] ids = new int[arcs.length];
    int length = 0;
    for (int arc : arcs) {
      if (lattice.wordId(arc) >= 0) {
        ids[length++] = lattice.wordId(arc);
      }
    }
    return errors.computeIfAbsent(new WordIds(Arrays.copyOf(ids, length)), this::aligned);
  }

  private long aligned(WordIds words) {
    List<String> hypothesis = new ArrayList<>(words.ids().length);
    for (int id : words.ids()) {
      hypothesis.add(lattice.wordTable().get(id));
    }
    return Alignment.of(reference, hypothesis).errors().errors();
  }
}
