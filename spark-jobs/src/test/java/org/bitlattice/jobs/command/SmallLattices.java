package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two small lattices whose paths can be counted by hand, in a folder, and the command on them. */
abstract class SmallLattices {
  /** u1 has the paths a, a c, b and b c; u2 only b. */
  static final String TWO =
      """
      u1\s
      0\t1\t1\t1.5,10,
      0\t1\t2\t1,20,
      1\t2\t3\t0.5,5,
      1\t0.25,0,
      2

      u2\s
      0\t1\t2\t2,1,
      1

      """;

  @TempDir Path folder;

  String words;
  String two;

  /** Lets Spark and Hadoop say what they say when they are first used. */
  @BeforeAll
  static void warmUp() {
    CommandRun.of("lattice", "info", "none.tsv");
  }

  @BeforeEach
  void inputs() throws IOException {
    words = file("words.txt", "<eps> 0\na 1\nb 2\nc 3\n");
    two = "ark:" + file("two.txt", TWO);
  }

  String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  String path(String name) {
    return folder.resolve(name).toString();
  }

  String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  CommandRun run(String command, String... arguments) {
    return CommandRun.of(
        Stream.concat(Stream.of("lattice", command), Arrays.stream(arguments))
            .toArray(String[]::new));
  }

  static void assertDone(CommandRun run) {
    assertThat(run.err()).doesNotContain("bitlattice:");
    assertThat(run.exitCode()).isZero();
  }

  void assertOnlyThese(String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }
}
