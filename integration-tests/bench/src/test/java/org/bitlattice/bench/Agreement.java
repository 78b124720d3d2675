package org.bitlattice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.text.Vocabulary;

/** How far the scores of two ways are apart. */
final class Agreement {
  /** Histories of an utterance's lattice that are scored again as hypotheses. */
  private static final int SAMPLED = 50;

  private Agreement() {}

  /** Largest difference between any two values of two ways' scores. */
  static double ofScores(Way expected, Way way, List<List<RescoredUtterance>> batches) {
    List<List<float[][]>> first = expected.score(batches);
    List<List<float[][]>> second = way.score(batches);
    double largest = 0;
    for (int batch = 0; batch < batches.size(); batch++) {
      assertThat(second.get(batch)).hasSameSizeAs(first.get(batch));
      for (int u = 0; u < first.get(batch).size(); u++) {
        largest = Math.max(largest, difference(first.get(batch).get(u), second.get(batch).get(u)));
      }
    }
    return largest;
  }

  /** Largest difference between two ways' ln P of any word of any hypothesis. */
  static double ofHypotheses(Way expected, Way way, List<List<RescoredUtterance>> batches) {
    List<List<float[][]>> first = expected.score(batches);
    List<List<float[][]>> second = way.score(batches);
    double largest = 0;
    for (int batch = 0; batch < batches.size(); batch++) {
      List<RescoredUtterance> utterances = batches.get(batch);
      assertThat(first.get(batch)).hasSameSizeAs(utterances);
      assertThat(second.get(batch)).hasSameSizeAs(utterances);
      for (int u = 0; u < utterances.size(); u++) {
        float[][] values = first.get(batch).get(u);
        assertThat(values.length).isEqualTo(utterances.get(u).hypotheses().size());
        largest = Math.max(largest, difference(values, second.get(batch).get(u)));
      }
    }
    return largest;
  }

  private static double difference(float[][] expected, float[][] values) {
    assertThat(values.length).isEqualTo(expected.length);
    double largest = 0;
    for (int h = 0; h < expected.length; h++) {
      assertThat(values[h]).hasSameSizeAs(expected[h]);
      for (int i = 0; i < expected[h].length; i++) {
        largest = Math.max(largest, Math.abs((double) values[h][i] - expected[h][i]));
      }
    }
    return largest;
  }

  /**
   * Largest difference between the scores of a lattice way's tree nodes and those of the same words
   * as hypotheses, over some histories of every utterance.
   */
  static double ofHistories(
      Rescorer hypotheses,
      Way lattices,
      LatticeRescorer.Pruning pruning,
      List<List<RescoredUtterance>> batches,
      Vocabulary vocabulary) {
    List<List<float[][]>> scores = lattices.score(batches);
    double largest = 0;
    for (int batch = 0; batch < batches.size(); batch++) {
      List<RescoredUtterance> utterances = batches.get(batch);
      for (int u = 0; u < utterances.size(); u++) {
        ExpandedLattice lattice = pruning.expanded(utterances.get(u).lattice(), vocabulary);
        Histories histories = Histories.of(lattice, scores.get(batch).get(u)[0], vocabulary);
        RescoredUtterance again =
            new RescoredUtterance(
                lattice.utterance(), histories.paths(), utterances.get(u).lattice());
        float[][] expected = hypotheses.score(List.of(again)).get(0);
        largest = Math.max(largest, difference(expected, histories.scores()));
      }
    }
    return largest;
  }

  /** Whole sentences of a history tree, with their scores. */
  private record Histories(List<LatticePath> paths, float[][] scores) {
    static Histories of(ExpandedLattice lattice, float[] nodeLn, Vocabulary vocabulary) {
      int[] ends =
          IntStream.range(0, lattice.treeNodes())
              .filter(node -> lattice.treeWord(node) == vocabulary.boundaryId())
              .toArray();
      int step = (ends.length + SAMPLED - 1) / SAMPLED;
      List<LatticePath> paths = new ArrayList<>();
      List<float[]> scores = new ArrayList<>();
      for (int i = 0; i < ends.length; i += step) {
        int[] nodes = nodes(lattice, ends[i]);
        List<String> words =
            Arrays.stream(nodes, 0, nodes.length - 1)
                .mapToObj(node -> vocabulary.word(lattice.treeWord(node)))
                .toList();
        float[] along = new float[nodes.length];
        for (int at = 0; at < along.length; at++) {
          along[at] = nodeLn[nodes[at]];
        }
        paths.add(new LatticePath(words, 0, 0, 0));
        scores.add(along);
      }
      return new Histories(paths, scores.toArray(float[][]::new));
    }

    private static int[] nodes(ExpandedLattice lattice, int end) {
      List<Integer> nodes = new ArrayList<>();
      for (int node = end; node != HistoryTree.START; node = lattice.treeParent(node)) {
        nodes.add(node);
      }
      Collections.reverse(nodes);
      return nodes.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
