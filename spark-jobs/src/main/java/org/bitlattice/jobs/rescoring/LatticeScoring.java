package org.bitlattice.jobs.rescoring;

import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.SlfArchive;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.report.HypothesisRow;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.text.Vocabulary;

/**
 * The n best hypotheses of a lattice with the n-gram model's scores.
 *
 * @param path where the lattices come from
 * @param references utterances that have a reference
 * @param vocabulary words of the n-gram model
 * @param ngram the n-gram model
 * @param nBest hypotheses kept
 */
record LatticeScoring(
    String path, TrnFile references, Vocabulary vocabulary, ArpaModel ngram, int nBest) {
  LatticeOutcome outcome(int position, SlfArchive.Entry entry) {
    String utterance = entry.utterance();
    try {
      if (!references.contains(utterance)) {
        return rejected(
            position,
            utterance,
            "there is no reference for this lattice in " + references.location());
      }
      Lattice lattice = entry.orThrow();
      List<LatticePath> paths = NBest.of(lattice, lattice.scales(), nBest);
      List<HypothesisRow> rows = new ArrayList<>(paths.size());
      for (LatticePath hypothesis : paths) {
        rows.add(row(position, utterance, rows.size() + 1, hypothesis));
      }
      return new LatticeOutcome(position, utterance, rows, "");
    } catch (LatticeException e) {
      return rejected(position, utterance, e.getMessage());
    }
  }

  private static LatticeOutcome rejected(int position, String utterance, String reason) {
    return new LatticeOutcome(position, utterance, List.of(), reason);
  }

  private HypothesisRow row(int position, String utterance, int rank, LatticePath hypothesis) {
    double[] exact = ngram.logProbabilities(vocabulary.ids(hypothesis.words()));
    float[] scores = new float[exact.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) exact[i];
    }
    return new HypothesisRow(
        position,
        utterance,
        rank,
        String.join(" ", hypothesis.words()),
        hypothesis.acousticLn(),
        hypothesis.lmLn(),
        scores);
  }
}
