package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.zip.GZIPInputStream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Test;

/** What the lattice commands do. */
class LatticeCommandTest extends SmallLattices {
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
}
