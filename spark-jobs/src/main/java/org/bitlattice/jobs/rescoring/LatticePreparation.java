package org.bitlattice.jobs.rescoring;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.jobs.rescoring.LatticeOutcome.Place;
import org.bitlattice.jobs.rescoring.LatticeOutcome.Prepared;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeEntry;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.OracleErrors;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.PosteriorPruning;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.LatticeExpansion;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.LatticeSettings;
import org.bitlattice.settings.RescoringSettings;
import org.bitlattice.text.Vocabulary;

/**
 * Turns a lattice into what is rescored: expanded, with the scores that no network gives.
 *
 * @param file where the lattices come from
 * @param lattices how many hypotheses are kept
 * @param rescoring mode, order, beam
 * @param inputs what all lattices of a set share
 */
record LatticePreparation(
    String file, LatticeSettings lattices, RescoringSettings rescoring, Inputs inputs) {
  /**
   * What all lattices of a set share.
   *
   * @param references utterances that have a reference
   * @param vocabulary words of the models
   * @param ngram the n-gram model, or null
   * @param firstPass the first pass's n-gram model, or null
   */
  record Inputs(TrnFile references, Vocabulary vocabulary, ArpaModel ngram, ArpaModel firstPass)
      implements Serializable {}

  LatticeOutcome outcome(LatticeEntry entry) {
    String utterance = entry.utterance();
    if (!inputs.references().contains(utterance)) {
      return rejected(
          entry,
          "there is no reference for this lattice in " + inputs.references().location());
    }
    try {
      Lattice lattice = entry.orThrow();
      return new LatticeOutcome(place(entry, ""), prepared(entry, lattice));
    } catch (LatticeException e) {
      return rejected(entry, e.getMessage());
    }
  }

  /** The outcome that stands for the part of a file that cannot be read. */
  LatticeOutcome damage(LatticeException damage) {
    return new LatticeOutcome(new Place(-1, "", file, "", damage.getMessage()), null);
  }

  private LatticeOutcome rejected(LatticeEntry entry, String reason) {
    return new LatticeOutcome(place(entry, reason), null);
  }

  private Place place(LatticeEntry entry, String reason) {
    return new Place(entry.index(), entry.utterance(), file, entry.position(), reason);
  }

  private Prepared prepared(LatticeEntry entry, Lattice lattice) {
    List<String> reference = inputs.references().words(entry.utterance());
    Kept kept = kept(lattice, reference);
    ExpandedLattice expanded = kept.expanded();
    LatticeRow row =
        new LatticeRow(
            entry.index(),
            entry.utterance(),
            entry.position(),
            lattice.nodes(),
            lattice.arcs(),
            kept.arcs(),
            expanded.states(),
            expanded.arcs(),
            expanded.treeNodes(),
            reference.size(),
            OracleErrors.of(lattice, reference).errors(),
            kept.oracleErrors(),
            String.join(" ", BestPath.of(lattice, lattice.scales()).words()));
    return new Prepared(
        row,
        expanded.toRow(entry.index()),
        scores(entry.index(), expanded, inputs.ngram()),
        scores(entry.index(), expanded, inputs.firstPass()));
  }

  /** What of a lattice is rescored. */
  private record Kept(ExpandedLattice expanded, int arcs, int oracleErrors) {}

  private Kept kept(Lattice lattice, List<String> reference) {
    if (rescoring.mode() == RescoringSettings.Mode.NBEST) {
      List<LatticePath> paths = NBest.of(lattice, lattice.scales(), lattices.nBest());
      int oracle = Integer.MAX_VALUE;
      for (LatticePath path : paths) {
        oracle = Math.min(oracle, OracleErrors.of(path.words(), reference).errors());
      }
      ExpandedLattice expanded =
          LatticeExpansion.ofNBest(lattice.utterance(), paths, inputs.vocabulary());
      return new Kept(expanded, lattice.arcs(), oracle);
    }
    Lattice pruned =
        PosteriorPruning.of(lattice, relativeToLanguage(lattice.scales()), rescoring.beam());
    ExpandedLattice expanded =
        LatticeExpansion.of(
            pruned, lattice.scales(), rescoring.ngramOrder(), inputs.vocabulary());
    return new Kept(expanded, pruned.arcs(), OracleErrors.of(pruned, reference).errors());
  }

  /** Posteriors are those of scores in which the LM has the weight 1, as is usual with lattices. */
  private static PathScales relativeToLanguage(PathScales scales) {
    double language = scales.language();
    return language == 0
        ? scales
        : new PathScales(
            scales.acoustic() / language, 1, scales.wordInsertion() / language);
  }

  private static NodeScoresRow scores(int position, ExpandedLattice expanded, ArpaModel model) {
    return model == null ? null : new NodeScoresRow(position, expanded.ngramScores(model));
  }
}
