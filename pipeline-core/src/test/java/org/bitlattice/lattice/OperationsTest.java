package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Bounds, refusals and size; {@link OperationsProperties} tests what is computed. */
class OperationsTest {
  private static final PathScales SCALES = new PathScales(0.5, 2, -0.25);

  /** A million arcs, most paths a hundred thousand nodes long, every tenth arc empty. */
  private static Lattice large() {
    int nodes = 200_000;
    Random random = new Random(7);
    LatticeBuilder builder = new LatticeBuilder("large", "test");
    for (int node = 0; node < nodes; node++) {
      builder.addNode(node / 100f);
    }
    for (int node = 0; node + 1 < nodes; node++) {
      builder.addArc(node, node + 1, "w" + node % 1000, -random.nextDouble(), -1);
      for (int arc = 1; arc < 5; arc++) {
        String word = random.nextInt(10) == 0 ? null : "w" + random.nextInt(1000);
        int to = Math.min(nodes - 1, node + 1 + random.nextInt(4));
        builder.addArc(node, to, word, -random.nextDouble(), -random.nextDouble());
      }
    }
    return builder.build();
  }

  @Test
  void aMillionArcsNeedNoRecursionAndLittleTime() {
    Lattice lattice = large();
    Assertions.assertTimeout(Duration.ofSeconds(30), () -> operateOn(lattice));
  }

  private static void operateOn(Lattice lattice) {
    LatticePath best = BestPath.of(lattice, SCALES);
    assertThat(best.words().size()).isGreaterThan(40_000);
    Lattice pruned = PosteriorPruning.of(lattice, SCALES, 3);
    assertThat(pruned.arcs()).isLessThan(lattice.arcs());
    assertThat(BestPath.of(pruned, SCALES)).isEqualTo(best);
    assertThat(BestPath.of(LatticeScaling.applied(lattice, SCALES), PathScales.UNSCALED).words())
        .isEqualTo(best.words());
    assertThat(BestPath.of(EmptyArcs.removed(lattice, SCALES), SCALES).words())
        .isEqualTo(best.words());
    assertThat(LatticeInfo.of(lattice).pathsLn()).isGreaterThan(100_000).isFinite();
    List<String> reference = best.words().subList(0, 50);
    OracleErrors oracle = OracleErrors.of(lattice, reference);
    assertThat(oracle.words().size()).isGreaterThan(oracle.insertions()).isGreaterThan(10_000);
  }

  private static Lattice chainOfEmptyArcs(int nodes) {
    LatticeBuilder builder = new LatticeBuilder("u1", "test");
    for (int node = 0; node < nodes; node++) {
      builder.addNode(Float.NaN);
    }
    for (int node = 0; node + 1 < nodes; node++) {
      builder.addArc(node, node + 1, null, -1, -1);
      builder.addArc(node, node + 1, "w" + node, -1, -1);
    }
    return builder.build();
  }

  @Test
  void removalOfEmptyArcsRefusesToGrowBeyondItsBound() {
    Lattice chain = chainOfEmptyArcs(20);
    int arcs = EmptyArcs.removed(chain, SCALES).arcs();
    assertThat(arcs).isEqualTo(19 * 20 / 2 + 18 + 1);
    assertThat(EmptyArcs.removed(chain, SCALES, arcs).arcs()).isEqualTo(arcs);
    assertThatExceptionOfType(LatticeException.class)
        .isThrownBy(() -> EmptyArcs.removed(chain, SCALES, arcs - 1))
        .withMessage(
            "utterance u1: without empty arcs the lattice would have more than %d arcs; prune it first",
            arcs - 1);
  }

  @Test
  void removalOfEmptyArcsStaysWithinItsBoundOnALongChain() {
    assertThatExceptionOfType(LatticeException.class)
        .isThrownBy(() -> EmptyArcs.removed(chainOfEmptyArcs(4000), SCALES))
        .withMessageContaining("more than 4000000 arcs");
  }

  @Test
  void aBeamIsANumberOfAtLeastZero() {
    for (double beam : new double[] {-0.5, Double.NaN}) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> PosteriorPruning.of(chainOfEmptyArcs(3), SCALES, beam))
          .withMessage(
              "cannot prune with the beam %s: allowed are numbers of at least 0, in nats", beam);
    }
  }

  @Test
  void scoresThatLeaveTheRangeOfNumbersAreRefused() {
    LatticeBuilder builder = new LatticeBuilder("u1", "test");
    int start = builder.addNode(Float.NaN);
    int middle = builder.addNode(Float.NaN);
    int end = builder.addNode(Float.NaN);
    builder.addArc(start, middle, "a", -1e308, 0);
    builder.addArc(middle, end, "b", -1e308, 0);
    Lattice lattice = builder.build();
    String sentence =
        "utterance u1: the total score is -Infinity at acoustic scale 1.0, language scale 1.0 and"
            + " word insertion 0.0: it must be finite";
    for (Runnable operation :
        List.<Runnable>of(
            () -> BestPath.of(lattice, PathScales.UNSCALED),
            () -> PosteriorPruning.of(lattice, PathScales.UNSCALED, 1),
            () -> EmptyArcs.removed(lattice, PathScales.UNSCALED))) {
      assertThatExceptionOfType(LatticeException.class)
          .isThrownBy(operation::run)
          .withMessage(sentence);
    }
  }

  @Test
  void anOracleTableBeyondItsBoundIsRefused() {
    Lattice lattice = chainOfEmptyArcs(1 << 16);
    List<String> reference = java.util.Collections.nCopies((1 << 15) + 1, "a");
    assertThatExceptionOfType(LatticeException.class)
        .isThrownBy(() -> OracleErrors.of(lattice, reference))
        .withMessage(
            "utterance u1: 65536 nodes times 32769 reference words are too many for an oracle:"
                + " allowed are 2147483648; prune the lattice first");
  }
}
