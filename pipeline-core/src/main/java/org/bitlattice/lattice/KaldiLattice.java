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

  /**
   * A lattice of words as a compact Kaldi lattice without transition ids. The lattice's scales
   * cannot be said in a Kaldi lattice, only the word-insertion score is, which joins the graph cost
   * as −p/s: with LM weight s the path costs are those of the lattice, but for the sentence end's
   * p.
   *
   * @param symbols gives the words' ids
   * @throws LatticeException when the symbol table lacks a word, or s is 0 and p is not
   */
  public static KaldiLattice of(Lattice lattice, WordSymbols symbols) {
    KaldiLatticeBuilder builder = new KaldiLatticeBuilder(Kind.COMPACT);
    PathScales scales = lattice.scales();
    if (scales.language() == 0 && scales.wordInsertion() != 0) {
      throw new LatticeException(
          lattice.utterance(),
          lattice.utterance(),
          0,
          "a word-insertion score of %s without a language scale cannot be said in a Kaldi lattice"
              .formatted(scales.wordInsertion()));
    }
    double insertion = scales.wordInsertion() == 0 ? 0 : scales.wordInsertion() / scales.language();
    int[] ids = new int[lattice.wordTable().size()];
    for (int word = 0; word < ids.length; word++) {
      ids[word] = id(lattice, lattice.wordTable().get(word), symbols);
    }
    int[] state = startFirst(lattice);
    builder.state(lattice.nodes() - 1);
    builder.start(0);
    for (int node = 0; node < lattice.nodes(); node++) {
      for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
        int word = lattice.wordId(arc);
        int label = word < 0 ? WordSymbols.EPSILON : ids[word];
        double lm = lattice.lmLn(arc) + (word < 0 ? 0 : insertion);
        int place = builder.weights().size();
        builder.weights().add(cost(lm), cost(lattice.acousticLn(arc)));
        builder.arcAt(place, state[node], label, label, state[lattice.to(arc)]);
      }
    }
    builder.finalOf(state[lattice.end()]).add(0, 0);
    return builder.build();
  }

  /** States are nodes, but for the start, which becomes state 0. */
  private static int[] startFirst(Lattice lattice) {
    int[] state = new int[lattice.nodes()];
    for (int node = 0; node < state.length; node++) {
      state[node] = node < lattice.start() ? node + 1 : node;
    }
    state[lattice.start()] = 0;
    return state;
  }

  private static float cost(double ln) {
    return ln == 0 ? 0 : (float) -ln;
  }

  private static int id(Lattice lattice, String word, WordSymbols symbols) {
    int id = symbols.id(word);
    if (id < 0) {
      throw new LatticeException(
          lattice.utterance(),
          lattice.utterance(),
          0,
          "the word \"%s\" is not in the symbol table, which has %d words"
              .formatted(word, symbols.size()));
    }
    return id;
  }
}
