package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large archives, and small ones that say they are large, are read or refused in 256 MiB. */
class KaldiLimitsTest {
  private static final String NEXT = ": 4: 1 arcs, best path of 1 words";

  /** Case, length of the utterance's name, and what became of the lattice. */
  private static final List<String> EXPECTED =
      List.of(
          "text: 2: 1000000 arcs, best path of 10000 words",
          "text" + NEXT,
          "binary: 2: 1000000 arcs, best path of 10000 words",
          "binary" + NEXT,
          "columns: 2: columns:2: 6 or more columns are not possible in a CompactLattice: an arc has 3 or 4, a final state 1 or 2",
          "columns" + NEXT,
          "line: 2: line:2: the line is longer than 16777216 bytes",
          "line" + NEXT,
          "key: damage: key: at byte 0: there is no utterance name of at most 4096 bytes: this is not a Kaldi archive, or the lattice before is damaged",
          "finals: 2: 1500000 arcs, best path of 0 words",
          "finals" + NEXT,
          "doubling: 2: doubling:29: the state 67108864 is out of all proportion to the 28 lines of the lattice",
          "doubling" + NEXT,
          "states: damage: states: at byte 97: damaged or cut off in utterance u1: the file ends within a binary lattice",
          "more-states: damage: more-states: at byte 77: utterance u1: start state 0, 500000001 states and 0 arcs are not possible: allowed are up to 500000000 states and arcs, and a start state among them",
          "ids: damage: ids: at byte 109: damaged or cut off in utterance u1: the file ends within a binary lattice",
          "more-ids: damage: more-ids: at byte 89: utterance u1: 500000001 transition ids are not possible: allowed are 0 to 500000000",
          "negative-ids: damage: negative-ids: at byte 89: utterance u1: -1 transition ids are not possible: allowed are 0 to 500000000",
          "arcs: damage: arcs: at byte 117: damaged or cut off in utterance u1: the file ends within a binary lattice",
          "negative-arcs: damage: negative-arcs: at byte 97: utterance u1: -1 arcs are not possible: allowed are 0 to 500000000");

  @TempDir Path folder;

  @Test
  void largeArchivesAreReadOrRefusedInLittleMemory() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KaldiLimitCases.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output.lines().toList()).containsExactlyElementsOf(EXPECTED);
    assertThat(process.exitValue()).isZero();
  }
}
