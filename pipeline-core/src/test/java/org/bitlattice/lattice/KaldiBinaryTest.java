package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.lattice.KaldiArchiveTest.GOOD;
import static org.bitlattice.lattice.KaldiArchiveTest.LATTICE;
import static org.bitlattice.lattice.KaldiArchiveTest.binary;
import static org.bitlattice.lattice.KaldiArchiveTest.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bitlattice.lattice.KaldiArchiveTest.Read;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Binary lattices with one wrong number each, and a good lattice behind. */
class KaldiBinaryTest {
  private static final int ARC_TYPE = 3 + 4 + 10 + 4;
  private static final int VERSION = ARC_TYPE + 16;
  private static final int FLAGS = VERSION + 4;
  private static final int START = FLAGS + 4 + 8;
  private static final int STATES = START + 8;
  private static final int FINAL = STATES + 8 + 8;
  private static final int ARC = FINAL + 12 + 8;

  private static ByteBuffer archive() throws IOException {
    return ByteBuffer.wrap(binary(GOOD + GOOD.replace("u1", "u2"))).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void costsItselfAlone(ByteBuffer archive, String message) throws IOException {
    Read read = read(archive.array());
    assertThat(read.entries).hasSize(2);
    assertThat(read.entries.get(0).failure().orElseThrow()).hasMessage(message);
    assertThat(read.entries.get(1).lattice()).isPresent();
    assertThat(read.damage).isEmpty();
  }

  private static void damages(ByteBuffer archive, String message) throws IOException {
    Read read = read(archive.array());
    assertThat(read.entries).isEmpty();
    assertThat(read.damage.orElseThrow()).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"NaN, NaN", "-Infinity, -Infinity"})
  void wrongCostsCostTheLatticeAlone(float cost, String shown) throws IOException {
    String allowed = "costs are finite numbers, or +Infinity for what is impossible";
    costsItselfAlone(
        archive().putFloat(ARC + 8, cost),
        "x.ark: at byte %d: a weight has the graph cost %s and the acoustic cost 20.0: %s"
            .formatted(ARC + 16, shown, allowed));
    costsItselfAlone(
        archive().putFloat(FINAL + 4, cost),
        "x.ark: at byte %d: a weight has the graph cost Infinity and the acoustic cost %s: %s"
            .formatted(FINAL + 8, shown, allowed));
  }

  @Test
  void wrongLabelsStatesAndTransitionIdsCostTheLatticeAlone() throws IOException {
    int arcEnd = ARC + 8 + 12 + 12 + 4;
    costsItselfAlone(
        archive().putInt(ARC + 4, -7),
        "x.ark: at byte %d: an arc of state 0 has the label -7: labels are 0 or above"
            .formatted(arcEnd));
    costsItselfAlone(
        archive().putInt(arcEnd - 4, -1),
        "x.ark: at byte %d: an arc leads from state 0 to state -1, but the states are 0 to 2"
            .formatted(arcEnd));
    costsItselfAlone(
        archive().putInt(arcEnd - 4, 3),
        "x.ark: at byte %d: an arc leads from state 0 to state 3, but the states are 0 to 2"
            .formatted(arcEnd));
    costsItselfAlone(
        archive().putInt(arcEnd - 8, -2),
        "x.ark: at byte %d: the transition id -2 is not possible: ids are 0 or above"
            .formatted(arcEnd - 4));
  }

  @Test
  void aLatticeWithoutStartStateIsEmpty() throws IOException {
    Read read = read(archive().putLong(START, -1).array());
    assertThat(read.entries).hasSize(2);
    assertThat(read.entries.get(0).orThrow().start()).isEqualTo(-1);
    assertThat(read.damage).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "-2, 3", "0, -1", "5000000000, 3", "0, 9223372036854775807"})
  void impossibleHeadersAreDamage(long start, long states) throws IOException {
    damages(
        archive().putLong(START, start).putLong(STATES, states),
        "x.ark: at byte %d: utterance u1: start state %d, %d states and 0 arcs are not possible: allowed are up to 500000000 states and arcs, and a start state among them"
            .formatted(FINAL, start, states));
  }

  @Test
  void otherMachinesAreRefusedByName() throws IOException {
    damages(
        archive().putInt(FLAGS, 3),
        "x.ark: at byte %d: utterance u1: version 2 with flags 3 is not supported: allowed are version 2 and flags 0 (no symbol tables inside, not aligned)"
            .formatted(FLAGS + 4));
    damages(
        archive().putInt(VERSION, 1),
        "x.ark: at byte %d: utterance u1: version 1 with flags 0 is not supported: allowed are version 2 and flags 0 (no symbol tables inside, not aligned)"
            .formatted(FLAGS + 4));
    ByteBuffer doubles = archive();
    doubles.put(ARC_TYPE, "compactlattice88".getBytes(StandardCharsets.US_ASCII));
    damages(
        doubles,
        "x.ark: at byte %d: utterance u1: a machine of type vector with arcs of type compactlattice88 is not supported: allowed are vector with compactlattice44 or lattice4"
            .formatted(VERSION));
    damages(
        archive().putInt(ARC_TYPE - 4, -5),
        "x.ark: at byte %d: utterance u1: the name of the type of arcs is not 0 to 256 bytes long"
            .formatted(ARC_TYPE));
    damages(
        archive().put(4, (byte) 0),
        "x.ark: at byte 7: utterance u1: the magic number of an OpenFst machine is missing");
  }

  /**
   * Header, then each state with its final weight and arcs, byte for byte as OpenFst lays it out.
   */
  @Test
  void aLatticeOfTransitionIdsIsWrittenAsOpenFstDoes() throws IOException {
    ByteBuffer expected = ByteBuffer.allocate(300).order(ByteOrder.LITTLE_ENDIAN);
    expected.put("u1 ".getBytes(StandardCharsets.US_ASCII)).putInt(2125659606);
    expected.putInt(6).put("vector".getBytes(StandardCharsets.US_ASCII));
    expected.putInt(8).put("lattice4".getBytes(StandardCharsets.US_ASCII));
    // expanded, mutable; no acceptor; no epsilons, but output ones; both sorted; weighted; acyclic
    expected.putInt(2).putInt(0).putLong(0x69_56_82_00_03L);
    expected.putLong(0).putLong(3).putLong(0);
    expected.putFloat(Float.POSITIVE_INFINITY).putFloat(Float.POSITIVE_INFINITY).putLong(1);
    expected.putInt(3).putInt(1).putFloat(1.5f).putFloat(20).putInt(1);
    expected.putFloat(Float.POSITIVE_INFINITY).putFloat(Float.POSITIVE_INFINITY).putLong(1);
    expected.putInt(4).putInt(0).putFloat(0).putFloat(0).putInt(2);
    expected.putFloat(0).putFloat(0).putLong(0);
    byte[] written = binary(LATTICE);
    assertThat(written).hasSize(expected.position());
    assertThat(written).isEqualTo(Arrays.copyOf(expected.array(), written.length));
  }
}
