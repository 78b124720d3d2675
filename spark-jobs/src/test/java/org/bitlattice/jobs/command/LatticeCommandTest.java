package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on small lattices whose paths can be counted by hand. */
class LatticeCommandTest {
  /** u1 has the paths a, a c, b and b c; u2 only b. */
  private static final String TWO =
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

  private static final String BROKEN =
      """
      bad\s
      0\t1\t1\tx,10,
      1

      """;

  @TempDir Path folder;

  private String words;
  private String two;

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

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private CommandRun run(String command, String... arguments) {
    return CommandRun.of(
        Stream.concat(Stream.of("lattice", command), Arrays.stream(arguments))
            .toArray(String[]::new));
  }

  private static void assertDone(CommandRun run) {
    assertThat(run.err()).doesNotContain("bitlattice:");
    assertThat(run.exitCode()).isZero();
  }

  private void assertWrong(String sentence, String command, String... arguments) {
    CommandRun run = run(command, arguments);
    assertThat(run.err())
        .isEqualTo(
            "bitlattice: %s\nTry 'bitlattice lattice %s --help'.\n".formatted(sentence, command));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private static void assertFailed(CommandRun run, String... lines) {
    assertThat(run.err().lines()).containsExactly(lines);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  private void assertOnlyThese(String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void bestPathsAndTheirCostsAreWritten() throws IOException {
    CommandRun run =
        run(
            "best-path",
            two,
            path("best.txt"),
            "--words",
            words,
            "--acoustic-scale",
            "0.1",
            "--costs",
            path("costs.tsv"));
    assertDone(run);
    assertThat(run.err()).isEqualTo(two + ": in 2 = done 2 + rejected 0\n");
    assertThat(text("best.txt")).isEqualTo("u1 a\nu2 b\n");
    assertThat(text("costs.tsv"))
        .isEqualTo(
            """
            utterance\tgraph_cost_scaled\tacoustic_cost_scaled\ttotal_cost\twords
            u1\t1.7500\t1.0000\t2.7500\ta
            u2\t2.0000\t0.1000\t2.1000\tb
            """);
    assertOnlyThese("words.txt", "two.txt", "best.txt", "costs.tsv");
  }

  @Test
  void scalesDecideWhichPathIsBest() {
    CommandRun cheap = run("best-path", two, "--words", words, "--acoustic-scale", "0.01");
    assertThat(cheap.out()).isEqualTo("u1 b\nu2 b\n");
    CommandRun equal = run("best-path", two, "--words", words, "--lm-scale", "100");
    assertThat(equal.out()).isEqualTo(cheap.out());
    CommandRun longer = run("best-path", two, "--words", words, "--word-insertion", "6");
    assertThat(longer.out()).isEqualTo("u1 a c\nu2 b\n");
  }

  @Test
  void listsHaveEveryWordSequenceOnceAndCanBeReadAgain() throws IOException {
    assertDone(
        run(
            "nbest",
            two,
            "nbest:" + path("list.tsv"),
            "--words",
            words,
            "-n",
            "3",
            "--acoustic-scale",
            "0.1"));
    assertThat(text("list.tsv").lines().skip(1).map(line -> line.split("\t")))
        .extracting(row -> row[0] + " " + row[1] + " " + row[4] + " " + row[6])
        .containsExactly("u1 1 2 a", "u1 2 2 b", "u1 3 3 a c", "u2 1 2 b");
    CommandRun again = run("best-path", path("list.tsv"), "--acoustic-scale", "0.01");
    assertThat(again.out()).isEqualTo("u1 b\nu2 b\n");
  }

  @Test
  void informationIsATable() {
    CommandRun run = run("info", two, "--words", words);
    assertDone(run);
    assertThat(run.out())
        .isEqualTo(
            """
            utterance\tnodes\tarcs\twords\tdistinct_words\tln_paths\tarcs_per_node\tseconds
            u1\t4\t5\t3\t3\t1.3863\t1.250\t-
            u2\t2\t1\t1\t1\t0.0000\t0.500\t-
            """);
    assertThat(run.err()).contains("mean: 3.0 nodes, 3.0 arcs, 2.0 words, ln paths 0.69\n");
  }

  @Test
  void theOracleCountsErrorsAndNamesTranscriptsWithoutLattice() throws IOException {
    String ref = file("ref.trn", "B C C (u1)\na (u2)\nc (u3)\n");
    CommandRun run = run("oracle", two, path("table.tsv"), "--words", words, "--ref", ref);
    assertDone(run);
    assertThat(run.out())
        .isEqualTo("oracle: 2 lattices, 4 words, 1 sub, 1 del, 0 ins, 2 errors, WER 50.00 %\n");
    assertThat(run.err())
        .contains(ref + ": 1 of 3 transcripts have no lattice and are not counted\n");
    assertThat(text("table.tsv").lines().skip(1))
        .containsExactly("u1\t3\t0\t1\t0\tb c", "u2\t1\t1\t0\t0\tb");
  }

  @Test
  void pruningTakesWordsFromTheOracle() throws IOException {
    String ref = file("ref.trn", "b c (u1)\nb (u2)\n");
    String[] all = {two, "--words", words, "--ref", ref};
    assertThat(run("oracle", all).out()).endsWith(" 0 errors, WER 0.00 %\n");
    String[] pruned = {two, "--words", words, "--ref", ref, "--beam", "3"};
    assertThat(run("oracle", pruned).out())
        .isEqualTo("oracle: 2 lattices, 3 words, 1 sub, 1 del, 0 ins, 2 errors, WER 66.67 %\n");
  }

  @Test
  void aLatticeWithoutTranscriptIsRejected() throws IOException {
    String ref = file("ref.trn", "a (u1)\n");
    assertFailed(
        run("oracle", two, "--words", words, "--ref", ref),
        "rejected: utterance u2 (line 8): %s: there is no transcript of u2".formatted(ref),
        two + ": in 2 = done 1 + rejected 1",
        "bitlattice: 1 of 2 lattices of %s were rejected; allowed is a fraction of 0.0 (--max-rejected-fraction). No output file was written"
            .formatted(two));
  }

  @Test
  void aBadLatticeIsNamedAndTheRestGoesOn() throws IOException {
    String three = "ark:" + file("three.txt", BROKEN + TWO);
    CommandRun strict = run("best-path", three, path("best.txt"), "--words", words);
    assertThat(strict.exitCode()).isEqualTo(2);
    assertThat(strict.err())
        .startsWith(
            "rejected: utterance bad (line 1): %s:2: \"x\" is not a cost\n"
                .formatted(path("three.txt")))
        .contains(three + ": in 3 = done 2 + rejected 1\n")
        .doesNotContain("internal error");
    assertOnlyThese("words.txt", "two.txt", "three.txt");

    String[] allowed = {
      three, path("best.txt"), "--words", words, "--max-rejected-fraction", "0.34"
    };
    assertThat(run("best-path", allowed).exitCode()).isZero();
    assertThat(text("best.txt")).isEqualTo("u1 a\nu2 b\n");
  }

  @Test
  void anUtteranceThatComesBackIsRejected() throws IOException {
    String twice = "ark:" + file("twice.txt", TWO + TWO);
    CommandRun run = run("best-path", twice, "--words", words);
    assertThat(run.err())
        .contains(
            "rejected: utterance u1 (line 12): %s: the input has a lattice of this utterance already\n"
                .formatted(twice),
            twice + ": in 4 = done 2 + rejected 2\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void anArchiveThatIsCutOffIsDamaged() throws IOException {
    Path cut = folder.resolve("cut.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(cut))) {
      out.write(TWO.repeat(400).replace("u2", "u3").getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 10));
    CommandRun run = run("info", "ark:" + cut, path("info.tsv"), "--words", words);
    assertThat(run.err()).contains("rejected: the rest of the input: " + cut + ": at byte ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("info.tsv")).doesNotExist();
  }

  @Test
  void kaldisLatticesAreCopiedToTheByte() throws IOException {
    assertDone(run("convert", two, "ark:" + path("two.ark")));
    assertThat(Files.readAllBytes(folder.resolve("two.ark")))
        .startsWith('u', '1', ' ', 0xd6, 0xfd, 0xb2, 0x7e);
    assertDone(run("convert", path("two.ark"), "ark,t:" + path("again.gz")));
    byte[] packed = Files.readAllBytes(folder.resolve("again.gz"));
    byte[] again = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    assertThat(new String(again, StandardCharsets.UTF_8)).isEqualTo(TWO);
  }

  @Test
  void theWayThroughHtkKeepsWordsAndCosts() throws IOException {
    String slf = path("slf");
    assertDone(run("convert", two, "htk:" + slf, "--words", words, "--acoustic-scale", "0.1"));
    assertThat(text("slf/u1.slf")).contains("\nacscale=0.1\n", "UTTERANCE=u1\n");
    assertDone(run("convert", slf, "ark,t:" + path("back"), "--write-words", path("new.txt")));
    assertThat(text("new.txt")).isEqualTo("<eps> 0\na 1\nb 2\nc 3\n");
    assertThat(text("back")).isEqualTo(TWO);
    assertOnlyThese("words.txt", "two.txt", "slf", "back", "new.txt");
    // Without options the header's scales hold.
    assertThat(run("best-path", slf, "--costs", path("costs.tsv")).out()).isEqualTo("u1 a\nu2 b\n");
    assertThat(text("costs.tsv")).contains("u1\t1.7500\t1.0000\t2.7500\ta\n");
  }

  @Test
  void scalesAreMultipliedInOnlyWhenAskedFor() throws IOException {
    String[] options = {
      two,
      "ark,t:" + path("scaled"),
      "--words",
      words,
      "--apply-scales",
      "--acoustic-scale",
      "0.1",
      "--lm-scale",
      "2",
      "--word-insertion",
      "-1"
    };
    assertDone(run("convert", options));
    assertThat(text("scaled"))
        .isEqualTo(
            """
            u1\s
            0\t1\t1\t4,1,
            0\t1\t2\t3,2,
            1\t2\t3\t2,0.5,
            1\t1.5,0,
            2\t1,0,

            u2\s
            0\t1\t2\t6,0.1,
            1

            """);
  }

  @Test
  void pruningAndRemovalMakeSmallerLattices() throws IOException {
    String empty =
        "ark:"
            + file(
                "empty.txt",
                "u1 \n0\t1\t0\t1,0,\n1\t2\t1\t0,1,\n2\t3\t0\t2,0,\n3\t4\t2\t0,1,\n4\n\n");
    assertDone(run("convert", empty, "ark,t:" + path("out"), "--words", words, "--remove-empty"));
    assertThat(text("out")).isEqualTo("u1 \n0\t1\t1\t1,1,\n1\t2\t2\t2,1,\n2\n\n");
    assertDone(run("convert", two, "ark,t:" + path("cut"), "--words", words, "--beam", "1"));
    assertThat(text("cut"))
        .isEqualTo("u1 \n0\t1\t1\t1.5,10,\n1\t0.25,0,\n\nu2 \n0\t1\t2\t2,1,\n1\n\n");
  }

  @Test
  void aScriptFileSaysWhereLatticesStand() throws IOException {
    int second = TWO.indexOf("u2 ") + 3;
    String lattices = path("two.txt");
    String scp =
        file(
            "two.scp",
            "u2 %s:%d\nu0 %s.no\nu1 file:%1$s:3\n".formatted(lattices, second, lattices));
    CommandRun best = run("best-path", scp, "--words", words, "--max-rejected-fraction", "0.4");
    assertThat(best.exitCode()).as(best.err()).isZero();
    assertThat(best.out()).isEqualTo("u2 b\nu1 a\n");
    assertThat(best.err())
        .startsWith(
            "rejected: utterance u0 (line 2): %s:2: cannot read %s.no: ".formatted(scp, lattices))
        .contains("scp:" + scp + ": in 3 = done 2 + rejected 1\n");
    String[] copy = {"scp:" + scp, "ark,t:" + path("copy"), "--max-rejected-fraction", "0.4"};
    assertThat(run("convert", copy).exitCode()).isZero();
    String u1 = TWO.substring(0, second - 3);
    assertThat(text("copy")).isEqualTo(TWO.substring(second - 3) + u1);
  }

  @Test
  void fillersOfOneOwnCarryNoWord() {
    CommandRun run = run("best-path", two, "--words", words, "--fillers", "a,<eps>");
    assertThat(run.out()).isEqualTo("u1\nu2 b\n");
  }

  @Test
  void namesThatAFolderCannotHoldAreRejected() throws IOException {
    String names = "ark:" + file("names.txt", TWO.replace("u1", "../u1").replace("u2", ".u2"));
    CommandRun run = run("convert", names, "htk:" + path("slf"), "--words", words);
    assertThat(run.err())
        .startsWith(
            "rejected: utterance ../u1 (line 1): utterance ../u1: the name \"../u1\" cannot name a file: it must not be empty, begin with a dot, or have / \\ : or control characters\n")
        .contains("in 2 = done 0 + rejected 2\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertOnlyThese("words.txt", "two.txt", "names.txt");
  }

  @Test
  void aWordThatTheSymbolTableLacksIsRejected() throws IOException {
    assertDone(run("convert", two, "htk:" + path("slf"), "--words", words));
    String few = file("few.txt", "<eps> 0\nb 1\n");
    CommandRun run = run("convert", path("slf"), "ark:" + path("out.ark"), "--words", few);
    assertThat(run.err())
        .startsWith(
            "rejected: utterance u1: utterance u1: the word \"a\" is not in the symbol table, which has 2 words\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("out.ark")).doesNotExist();
  }

  @Test
  void whatStandsInTheWayIsNotReplaced() throws IOException {
    Path precious = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(precious.resolve("file"), "precious");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(words));
    assertFailed(
        run("convert", two, "htk:" + precious, "--words", words),
        "bitlattice: %s exists already; give a folder that does not".formatted(precious));
    for (Path other : List.of(precious, link)) {
      assertFailed(
          run("best-path", two, other.toString(), "--words", words),
          "bitlattice: cannot write %s: it exists and is not a plain file".formatted(other));
    }
    assertThat(precious.resolve("file")).hasContent("precious");
    assertThat(link).isSymbolicLink();
    assertOnlyThese("words.txt", "two.txt", "mine", "link");
  }

  @Test
  void missingAndEmptyInputsAreNamed() throws IOException {
    String none = path("none.ark");
    assertFailed(run("best-path", none, "--words", words), "bitlattice: there is no file " + none);
    assertFailed(run("best-path", two, "--words", none), "bitlattice: there is no file " + none);
    Path folderWithout = Files.createDirectory(folder.resolve("slf"));
    assertFailed(
        run("info", folderWithout.toString()),
        "bitlattice: cannot read htk:%1$s: the folder %1$s holds no lattice (.slf, .lat, each also .gz)"
            .formatted(folderWithout));
    assertFailed(
        run("best-path", "ark:" + file("empty", ""), "--words", words),
        "ark:" + path("empty") + ": in 0 = done 0 + rejected 0",
        "bitlattice: ark:" + path("empty") + " holds no lattice");
  }

  @Test
  void wrongCommandLinesAreRefused() {
    CommandRun none = CommandRun.of("lattice");
    assertThat(none.err())
        .isEqualTo(
            "bitlattice: a command is missing: info, convert, best-path, nbest, oracle\nTry 'bitlattice lattice --help'.\n");
    assertThat(none.exitCode()).isEqualTo(1);
    assertWrong("Missing required parameter: 'IN'", "info");
    assertWrong("Missing required option: '--ref=REF.trn'", "oracle", two);
    assertWrong(
        two + " holds word ids: --words FILE must name their symbol table", "best-path", two);
    assertWrong(
        "path scales acoustic = -1.0, language = 1.0: each must be a finite number of at least 0",
        "best-path",
        two,
        "--acoustic-scale=-1");
    assertWrong(
        "--max-rejected-fraction is 2.0; allowed are numbers from 0 to 1",
        "info",
        two,
        "--max-rejected-fraction",
        "2");
    assertWrong("--beam is -1.0; allowed are numbers of at least 0", "info", two, "--beam=-1");
    assertWrong("-n is 0; allowed are 1 to 1000000", "nbest", two, "-n", "0");
    assertWrong(
        "\"ark:-\": reading from or writing to a pipe of the shell is not supported: name a file",
        "info",
        "ark:-");
  }

  @Test
  void outputsThatCannotBeAreRefused() {
    assertWrong("Missing required parameter: 'OUT'", "convert", two);
    assertWrong(
        "nbest:x: use bitlattice lattice nbest to write an n-best table",
        "convert",
        two,
        "nbest:x");
    assertWrong(
        "scp:x: script files are not written; allowed are ark:, ark,t: and htk:",
        "convert",
        two,
        "scp:x");
    assertWrong(
        "htk:x.tar.gz: HTK lattices are written into a folder, one file each",
        "convert",
        two,
        "htk:x.tar.gz");
    assertWrong(
        "--write-words is for Kaldi archives as output, not for htk:x",
        "convert",
        two,
        "htk:x",
        "--write-words",
        "w");
    assertWrong(
        "scales change nothing here, as Kaldi archives hold none; --apply-scales multiplies them into the scores",
        "convert",
        two,
        "ark:x",
        "--lm-scale",
        "2");
    assertWrong(
        "ark:x needs ids of words: --words FILE, or --write-words FILE for a new table",
        "convert",
        "htk:y",
        "ark:x");
  }
}
