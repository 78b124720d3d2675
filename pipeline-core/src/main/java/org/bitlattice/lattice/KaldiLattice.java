package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * A lattice as it stands in a Kaldi archive: an OpenFst machine whose weights are pairs of costs,
 * graph cost (language model, transitions, pronunciation) and acoustic cost, both negative natural
 * logarithms, unscaled. States and arcs keep the order of the file. In a {@link Kind#COMPACT}
 * lattice an arc's weight also holds the transition ids of its frames; in a {@link Kind#LATTICE} an
 * arc has one transition id, its input label. The word is the output label. Immutable.
 */
public final class KaldiLattice {
  /** The two types of lattice. */
  public enum Kind {
    /** {@code CompactLattice}: words on arcs, transition ids within weights. */
    COMPACT("compactlattice44"),
    /** {@code Lattice}: transition ids as input labels, words as output labels. */
    LATTICE("lattice4");

    private final String arcType;

    Kind(String arcType) {
      this.arcType = arcType;
    }

    /** Name of the arc type in binary files. */
    String arcType() {
      return arcType;
    }
  }

  /** Cost of what is impossible. */
  static final float IMPOSSIBLE = Float.POSITIVE_INFINITY;

  private final Kind kind;
  private final int start;
  private final long properties;
  private final int[] firstArc;
  private final KaldiWeights finals;
  private final int[] input;
  private final int[] output;
  private final int[] next;
  private final KaldiWeights weights;

  /** Takes over checked arrays; only {@link KaldiLatticeBuilder} calls this. */
  KaldiLattice(
      Kind kind, int start, long properties, int[] firstArc, KaldiWeights finals, Arcs arcs) {
    this.kind = kind;
    this.start = start;
    this.properties = properties;
    this.firstArc = firstArc;
    this.finals = finals;
    this.input = arcs.input();
    this.output = arcs.output();
    this.next = arcs.next();
    this.weights = arcs.weights();
  }

  record Arcs(int[] input, int[] output, int[] next, KaldiWeights weights) {}

  /** The type of lattice. */
  public Kind kind() {
    return kind;
  }

  /** Number of states. */
  public int states() {
    return firstArc.length - 1;
  }

  /** Number of arcs. */
  public int arcs() {
    return next.length;
  }

  /** The start state, −1 in an empty lattice. */
  public int start() {
    return start;
  }

  /** The first arc that leaves a state; those of state s are [firstArc(s), firstArc(s + 1)). */
  public int firstArc(int state) {
    return firstArc[state];
  }

  /** Input label of an arc: the word in a compact lattice, otherwise a transition id. */
  public int inputLabel(int arc) {
    return input[arc];
  }

  /** Output label of an arc: its word, 0 when it has none. */
  public int wordLabel(int arc) {
    return output[arc];
  }

  /** The state that an arc enters. */
  public int nextState(int arc) {
    return next[arc];
  }

  /** Graph cost of an arc. */
  public float graphCost(int arc) {
    return weights.graph(arc);
  }

  /** Acoustic cost of an arc. */
  public float acousticCost(int arc) {
    return weights.acoustic(arc);
  }

  /** Whether a path may end in a state. */
  public boolean isFinal(int state) {
    return finals.isPossible(state);
  }

  /** Graph cost of ending in a state. */
  public float finalGraphCost(int state) {
    return finals.graph(state);
  }

  /** Acoustic cost of ending in a state. */
  public float finalAcousticCost(int state) {
    return finals.acoustic(state);
  }

  KaldiWeights weights() {
    return weights;
  }

  KaldiWeights finals() {
    return finals;
  }

  /** Properties in the header of a binary file; 0 when the lattice comes from elsewhere. */
  long properties() {
    return properties;
  }

  /**
   * A compact lattice without transition ids. Arcs without words have the label 0; an arc without a
   * word into the end becomes the final weight of its state, where it is the only one.
   *
   * @param symbols gives the ids of words; a growing table takes in new words
   * @throws LatticeException when a word is not in the table
   */
  public static KaldiLattice of(Lattice lattice, WordSymbols symbols) {
    return new KaldiExport(lattice, symbols).run();
  }

  /**
   * The lattice of words. A new end node, entered by an arc without word from every final state, is
   * added unless there is just one final state, free of cost, that no arc leaves. Arcs and ends
   * that are impossible (a cost of +∞) are left out.
   *
   * @param source the file, for messages
   * @throws LatticeException when there is no state, a label is not in the symbol table, a cycle,
   *     or no path from start to end
   */
  public Lattice lattice(String utterance, String source, ReadSettings settings) {
    if (start < 0) {
      throw new LatticeException(
          utterance, source, 0, "the lattice is empty: it has no start state");
    }
    LatticeBuilder builder =
        new LatticeBuilder(utterance, source).scales(settings.scalesOfHeaderless());
    WordSymbols symbols = settings.requiredWords(utterance, source);
    for (int state = 0; state < states(); state++) {
      builder.addNode(Float.NaN);
    }
    for (int state = 0; state < states(); state++) {
      for (int arc = firstArc[state]; arc < firstArc[state + 1]; arc++) {
        if (weights.isPossible(arc)) {
          String word = word(arc, symbols, settings.labels(), utterance, source);
          builder.addArc(
              state,
              next[arc],
              word,
              -(double) weights.acoustic(arc),
              -(double) weights.graph(arc));
        }
      }
    }
    return builder.build(start, end(builder, utterance, source));
  }

  private String word(
      int arc, WordSymbols symbols, WordLabels labels, String utterance, String source) {
    if (output[arc] == WordSymbols.EPSILON) {
      return null;
    }
    String label = symbols.word(output[arc]);
    if (label == null) {
      throw new LatticeException(
          utterance,
          source,
          0,
          "the word id %d is not in the symbol table, which has %d words"
              .formatted(output[arc], symbols.size()));
    }
    return labels.word(label);
  }

  private int end(LatticeBuilder builder, String utterance, String source) {
    int[] ends = new int[states()];
    int found = 0;
    for (int state = 0; state < states(); state++) {
      if (finals.isPossible(state)) {
        ends[found++] = state;
      }
    }
    if (found == 0) {
      throw new LatticeException(utterance, source, 0, "the lattice has no final state");
    }
    int only = ends[0];
    boolean free = finals.graph(only) == 0 && finals.acoustic(only) == 0;
    if (found == 1 && free && firstArc[only] == firstArc[only + 1]) {
      return only;
    }
    int end = builder.addNode(Float.NaN);
    for (int state : Arrays.copyOf(ends, found)) {
      builder.addArc(
          state, end, null, -(double) finals.acoustic(state), -(double) finals.graph(state));
    }
    return end;
  }
}
