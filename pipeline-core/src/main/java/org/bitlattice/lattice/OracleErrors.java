package org.bitlattice.lattice;

import java.util.List;

/**
 * The fewest word errors that any path of a lattice has against a reference: substitutions,
 * deletions and insertions each cost 1 (Levenshtein), and ASCII letters are equal in either case.
 * The NIST alignment of {@code sclite} weighs them otherwise, so on single utterances its count for
 * the same words can be larger.
 *
 * @param substitutions reference words for which the path has another word; of alignments with
 *     equally few errors the one is counted that, seen from the end, has correct words first, then
 *     substitutions, then insertions
 * @param deletions reference words without a word of the path
 * @param insertions words of the path without a reference word
 * @param words the words of one path with the fewest errors
 */
public record OracleErrors(int substitutions, int deletions, int insertions, List<String> words) {
  /** Most pairs of a node and a reference word, which take two bits each. */
  public static final long LARGEST_TABLE = 1L << 31;

  /** Copies the words. */
  public OracleErrors {
    words = List.copyOf(words);
  }

  /**
   * Finds the path.
   *
   * @param reference the words that were said
   * @throws LatticeException when nodes times reference words exceed {@value #LARGEST_TABLE}
   */
  public static OracleErrors of(Lattice lattice, List<String> reference) {
    if (lattice.nodes() * (long) reference.size() > LARGEST_TABLE) {
      throw new LatticeException(
          lattice.utterance(),
          "utterance " + lattice.utterance(),
          0,
          "%d nodes times %d reference words are too many for an oracle: allowed are %d; prune the lattice first"
              .formatted(lattice.nodes(), reference.size(), LARGEST_TABLE));
    }
    return new OracleSearch(lattice, reference).run();
  }

  /** The errors of one word sequence, counted in the same way. */
  public static OracleErrors of(List<String> words, List<String> reference) {
    LatticeBuilder chain = new LatticeBuilder("", "a word sequence");
    int at = chain.addNode(Float.NaN);
    for (String word : words) {
      int next = chain.addNode(Float.NaN);
      chain.addArc(at, next, word, 0, 0);
      at = next;
    }
    return of(chain.build(0, at), reference);
  }

  /** Substitutions, deletions and insertions together. */
  public int errors() {
    return substitutions + deletions + insertions;
  }
}
