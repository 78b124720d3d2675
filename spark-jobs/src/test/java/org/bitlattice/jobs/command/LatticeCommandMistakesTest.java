package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Test;

/** What the lattice commands reject, refuse, and leave alone. */
class LatticeCommandMistakesTest extends SmallLattices {
  private static final String BROKEN =
      """
      bad\s
      0\t1\t1\tx,10,
      1

      """;

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
