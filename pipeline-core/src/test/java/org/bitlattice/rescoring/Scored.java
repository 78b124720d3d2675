package org.bitlattice.rescoring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.text.Vocabulary;

/** Scored n-best lists for tests, written hypothesis by hypothesis. */
final class Scored {
  static final Vocabulary VOCABULARY =
      Vocabulary.of(List.of("</s>", "<unk>", "a", "b", "c", "d"), "test");
  static final Interpolation NGRAM = new Interpolation(Interpolation.Kind.NGRAM, 1);
  static final float[] NONE = {};

  private final String utterance;
  private final List<LatticePath> paths = new ArrayList<>();
  private final Map<String, Float> network = new HashMap<>();

  Scored(String utterance) {
    this.utterance = utterance;
  }

  /** Adds a hypothesis with the network's scores of its words and its end. */
  Scored with(double acousticLn, List<String> words, float... networkLn) {
    paths.add(new LatticePath(words, acousticLn, 0, acousticLn));
    for (int i = 0; i <= words.size(); i++) {
      String word = i < words.size() ? words.get(i) : "</s>";
      network.put(String.join(" ", words.subList(0, i)) + " " + word, networkLn[i]);
    }
    return this;
  }

  /** The list with the network's scores alone. */
  ScoredLattice byNetwork() {
    ExpandedLattice lattice = LatticeExpansion.ofNBest(utterance, paths, VOCABULARY);
    float[] scores = new float[lattice.treeNodes()];
    for (int node = 0; node < scores.length; node++) {
      scores[node] =
          network.get(
              String.join(" ", history(lattice, node))
                  + " "
                  + VOCABULARY.word(lattice.treeWord(node)));
    }
    return new ScoredLattice(lattice, new ScoredLattice.Models(scores, NONE, NONE), NGRAM);
  }

  /** The words before a tree node's. */
  static List<String> history(ExpandedLattice lattice, int node) {
    List<String> words = new ArrayList<>();
    for (int at = lattice.treeParent(node); at != HistoryTree.START; at = lattice.treeParent(at)) {
      words.add(0, VOCABULARY.word(lattice.treeWord(at)));
    }
    return words;
  }
}
