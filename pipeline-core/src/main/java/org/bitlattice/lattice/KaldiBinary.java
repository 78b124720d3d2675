package org.bitlattice.lattice;

import java.io.IOException;
import org.bitlattice.lattice.KaldiArchive.Damage;

/**
 * Binary form of Kaldi lattices: an OpenFst {@code vector} machine. Header: magic number, machine
 * type, arc type, version, flags, properties, start state, number of states, number of arcs; then,
 * state by state, final weight, number of arcs, arcs. Little-endian.
 */
final class KaldiBinary {
  static final int MAGIC = 2125659606;
  static final int FIRST_BYTE = MAGIC & 0xff;

  private static final int VERSION = 2;
  private static final int LONGEST_NAME = 256;
  private static final int LARGEST = 500_000_000;

  private final KaldiInput in;
  private final String utterance;
  private final String file;
  private LatticeException problem;

  private KaldiBinary(KaldiInput in, String utterance, String file) {
    this.in = in;
    this.utterance = utterance;
    this.file = file;
  }

  /** What the header says of the machine that follows. */
  private record Header(KaldiLattice.Kind kind, long properties, int start, int states) {}

  /**
   * Reads a lattice.
   *
   * @throws LatticeException when the machine is whole, but not a lattice
   * @throws Damage when it is not whole
   */
  static KaldiLattice read(KaldiInput in, String utterance, String file) throws IOException {
    return new KaldiBinary(in, utterance, file).lattice();
  }

  /** Passes over a lattice. */
  static void skip(KaldiInput in, String utterance, String file) throws IOException {
    KaldiBinary binary = new KaldiBinary(in, utterance, file);
    Header header = binary.header();
    boolean compact = header.kind() == KaldiLattice.Kind.COMPACT;
    for (int state = 0; state < header.states(); state++) {
      in.skip(8);
      binary.skipIds(compact);
      long arcs = binary.count("arcs", in.int64());
      if (!compact) {
        in.skip(arcs * 20);
        continue;
      }
      for (long arc = 0; arc < arcs; arc++) {
        in.skip(16);
        binary.skipIds(true);
        in.skip(4);
      }
    }
  }

  private void skipIds(boolean compact) throws IOException {
    if (compact) {
      in.skip(4L * count("transition ids", in.int32()));
    }
  }

  private Header header() throws IOException {
    if (in.int32() != MAGIC) {
      throw damage("the magic number of an OpenFst machine is missing");
    }
    String machine = in.string(LONGEST_NAME);
    String arcType = in.string(LONGEST_NAME);
    KaldiLattice.Kind kind = null;
    for (KaldiLattice.Kind known : KaldiLattice.Kind.values()) {
      kind = known.arcType().equals(arcType) ? known : kind;
    }
    if (!"vector".equals(machine) || kind == null) {
      throw damage(
          "a machine of type %s with arcs of type %s is not supported: allowed are vector with compactlattice44 or lattice4"
              .formatted(machine, arcType));
    }
    int version = in.int32();
    int flags = in.int32();
    if (version != VERSION || flags != 0) {
      throw damage(
          "version %d with flags %d is not supported: allowed are version %d and flags 0 (no symbol tables inside, not aligned)"
              .formatted(version, flags, VERSION));
    }
    long properties = in.int64();
    long start = in.int64();
    long states = in.int64();
    long arcs = in.int64();
    if (start < -1
        || states < 0
        || states > LARGEST
        || start >= Math.max(1, states)
        || arcs > LARGEST) {
      throw damage(
          "start state %d, %d states and %d arcs are not possible".formatted(start, states, arcs));
    }
    return new Header(kind, properties, (int) start, (int) states);
  }

  private KaldiLattice lattice() throws IOException {
    Header header = header();
    KaldiLatticeBuilder builder = new KaldiLatticeBuilder(header.kind());
    builder.properties(header.properties());
    builder.start(header.states() == 0 ? -1 : header.start());
    boolean compact = header.kind() == KaldiLattice.Kind.COMPACT;
    for (int state = 0; state < header.states(); state++) {
      builder.state(state);
      weight(builder.finalOf(state), compact);
      long arcs = count("arcs", in.int64());
      for (long arc = 0; arc < arcs; arc++) {
        int input = in.int32();
        int output = in.int32();
        // The weight stands between the labels and the next state.
        KaldiWeights weights = builder.weights();
        int place = weights.size();
        weight(weights, compact);
        arc(builder, place, new int[] {state, input, output, in.int32()}, header.states());
      }
    }
    if (problem != null) {
      throw problem;
    }
    return builder.build();
  }

  private void arc(KaldiLatticeBuilder builder, int place, int[] arc, int states) {
    builder.arcAt(place, arc[0], arc[1], arc[2], arc[3]);
    if (arc[3] < 0 || arc[3] >= states) {
      note(
          "an arc leads from state %d to state %d, but the states are 0 to %d"
              .formatted(arc[0], arc[3], states - 1));
    }
    if (arc[1] < 0 || arc[2] < 0) {
      note(
          "an arc of state %d has the label %d: labels are 0 or above"
              .formatted(arc[0], Math.min(arc[1], arc[2])));
    }
  }

  private void weight(KaldiWeights weights, boolean compact) throws IOException {
    float graph = in.float32();
    float acoustic = in.float32();
    String wrong = KaldiText.wrongCost(graph, acoustic);
    if (wrong != null) {
      note(wrong);
    }
    weights.add(graph, acoustic);
    if (compact) {
      long ids = count("transition ids", in.int32());
      for (long i = 0; i < ids; i++) {
        weights.addId(in.int32());
      }
    }
  }

  private long count(String what, long count) {
    if (count < 0 || count > LARGEST) {
      throw damage("%d %s are not possible: allowed are 0 to %d".formatted(count, what, LARGEST));
    }
    return count;
  }

  /** Remembers the first thing that makes the machine useless; reading goes on to its end. */
  private void note(String reason) {
    if (problem == null) {
      problem = LatticeException.atByte(utterance, file, in.offset(), reason);
    }
  }

  private Damage damage(String reason) {
    return new Damage(
        LatticeException.atByte(
            utterance, file, in.offset(), "utterance %s: %s".formatted(utterance, reason)));
  }

  /** Writes a lattice. */
  static void write(KaldiLattice lattice, LittleEndianOutput out) throws IOException {
    boolean compact = lattice.kind() == KaldiLattice.Kind.COMPACT;
    out.int32(MAGIC);
    out.string("vector");
    out.string(lattice.kind().arcType());
    out.int32(VERSION);
    out.int32(0);
    out.int64(lattice.properties() != 0 ? lattice.properties() : KaldiProperties.of(lattice));
    out.int64(lattice.start());
    out.int64(lattice.states());
    out.int64(0); // as in a stream, where the number is not known when the header is written
    for (int state = 0; state < lattice.states(); state++) {
      weight(lattice.finals(), state, compact, out);
      int first = lattice.firstArc(state);
      int end = lattice.firstArc(state + 1);
      out.int64(end - first);
      for (int arc = first; arc < end; arc++) {
        out.int32(lattice.inputLabel(arc));
        out.int32(lattice.wordLabel(arc));
        weight(lattice.weights(), arc, compact, out);
        out.int32(lattice.nextState(arc));
      }
    }
  }

  private static void weight(KaldiWeights weights, int i, boolean compact, LittleEndianOutput out)
      throws IOException {
    out.int32(Float.floatToRawIntBits(weights.graph(i)));
    out.int32(Float.floatToRawIntBits(weights.acoustic(i)));
    if (compact) {
      out.int32(weights.ids(i));
      for (int place = 0; place < weights.ids(i); place++) {
        out.int32(weights.id(i, place));
      }
    }
  }
}
