package org.bitlattice.jobs.rescoring;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.jobs.rescoring.LatticeOutcome.Place;
import org.bitlattice.jobs.rescoring.LatticeOutcome.Prepared;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeEntry;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.NBestTsv;
import org.bitlattice.lattice.OracleErrors;
import org.bitlattice.lattice.PosteriorPruning;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.LatticeExpansion;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.RescoringSettings;
import org.bitlattice.text.Vocabulary;

/**
 * Turns a lattice into what is rescored: expanded, with the scores that no network gives.
 *
 * @param settings where the lattices come from and what is kept of them
 * @param inputs what all lattices of a set share
 */
record LatticePreparation(Settings settings, Inputs inputs) {
  /**
   * Where the lattices come from and what is kept of them.
   *
   * @param file the source
   * @param nBest hypotheses kept, in mode nbest
   * @param mode what is rescored
   * @param ngramOrder order of the expansion, in mode lattice
   * @param beam beam of the pruning, in mode lattice
   */
  record Settings(String file, int nBest, RescoringSettings.Mode mode, int ngramOrder, double beam)
      implements Serializable {
    static Settings of(LatticeSet set, ExperimentSettings settings) {
      RescoringSettings rescoring = settings.rescoring();
      return new Settings(
          set.location().path(),
          settings.lattices().nBest(),
          rescoring.mode(),
          rescoring.ngramOrder(),
          rescoring.beam());
    }
  }

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
          entry, "there is no reference for this lattice in " + inputs.references().location());
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
    return new LatticeOutcome(
        new Place(-1, "", settings.file(), damage.position(), damage.getMessage()), null);
  }

  private LatticeOutcome rejected(LatticeEntry entry, String reason) {
    return new LatticeOutcome(place(entry, reason), null);
  }

  private Place place(LatticeEntry entry, String reason) {
    return new Place(entry.index(), entry.utterance(), settings.file(), entry.position(), reason);
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
    if (settings.mode() == RescoringSettings.Mode.NBEST) {
      List<LatticePath> paths = NBest.of(lattice, lattice.scales(), settings.nBest());
      NBestTsv.Utterance list = new NBestTsv.Utterance(lattice.utterance(), 0, paths);
      Lattice chains = list.lattice(lattice.utterance(), lattice.scales());
      int oracle = OracleErrors.of(chains, reference).errors();
      ExpandedLattice expanded =
          LatticeExpansion.ofNBest(lattice.utterance(), paths, inputs.vocabulary());
      return new Kept(expanded, lattice.arcs(), oracle);
    }
    Lattice pruned =
        PosteriorPruning.of(lattice, lattice.scales().relativeToLanguage(), settings.beam());
    ExpandedLattice expanded =
        LatticeExpansion.of(pruned, lattice.scales(), settings.ngramOrder(), inputs.vocabulary());
    return new Kept(expanded, pruned.arcs(), OracleErrors.of(pruned, reference).errors());
  }

  private static NodeScoresRow scores(int position, ExpandedLattice expanded, ArpaModel model) {
    return model == null
        ? null
        : new NodeScoresRow(position, expanded.ngramScores(model::logProbability, model.order()));
  }
}
