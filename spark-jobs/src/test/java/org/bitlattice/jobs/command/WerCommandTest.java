package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WerCommandTest {
  private static final Pattern TEST =
      Pattern.compile(
          "  MAPSSWE against (\\S+): (\\d+) segments \\((\\S+) a sentence\\), mean difference (\\S+) errors a segment, standard deviation (\\S+), z (\\S+), two-tailed p \\S+: (not significant|significant) at 0.05");

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** Every figure that NIST's tools gave for every hypothesis file and every pair. */
  @ParameterizedTest
  @ValueSource(strings = {"dev", "eval", "evalmore"})
  @Tag("real-data")
  void reproducesEveryFigureOfNistsTools(String set) throws IOException {
    Path ami = Path.of(System.getProperty("bitlattice.data", "../../shared/data"), "ami");
    assumeTrue(Files.isDirectory(ami), "real data absent: " + ami);
    List<String[]> counts = rows(ami.resolve("expected/" + set + ".sclite.tsv"));
    List<String[]> pairs = rows(ami.resolve("expected/" + set + ".mapsswe.tsv"));
    assertThat(counts).hasSizeGreaterThan(1);
    assertThat(pairs).hasSize(counts.size() * (counts.size() - 1) / 2);
    for (String[] base : counts) {
      List<String> line = new ArrayList<>(List.of("wer", "--ref", trn(ami, set, "ref")));
      for (String[] row : counts) {
        line.addAll(List.of("--hyp", trn(ami, set, row[0])));
      }
      line.addAll(List.of("--versus", trn(ami, set, base[0])));
      CommandRun run = CommandRun.of(line.toArray(String[]::new));
      assertThat(run.exitCode()).as(run.err()).isZero();
      List<String> out = run.out().lines().toList();
      for (String[] row : counts) {
        assertCounts(out, set, row);
      }
      for (String[] pair : pairs) {
        if (pair[1].equals(base[0])) {
          assertTest(out, set, pair);
        }
      }
    }
  }

  private static String trn(Path ami, String set, String system) {
    return ami.resolve("references/%s.%s.trn".formatted(set, system)).toString();
  }

  private static List<String[]> rows(Path table) throws IOException {
    return Files.readAllLines(table).stream().skip(1).map(line -> line.split("\t")).toList();
  }

  private static void assertCounts(List<String> out, String set, String[] row) {
    List<String> line =
        out.stream()
            .filter(l -> l.startsWith("%s.%s.trn ".formatted(set, row[0])))
            .map(l -> List.of(l.split(" +")))
            .findFirst()
            .orElseThrow();
    assertThat(line.subList(1, 8)).isEqualTo(List.of(row).subList(1, 8));
    assertThat(line.get(9)).isEqualTo(row[8]);
  }

  /**
   * The listed pair has the first system minus the second; so has a run with the second as base.
   */
  private static void assertTest(List<String> out, String set, String[] pair) {
    int at = -1;
    for (int i = 0; i < out.size(); i++) {
      at = out.get(i).startsWith("%s.%s.trn ".formatted(set, pair[0])) ? i : at;
    }
    Matcher test = TEST.matcher(out.get(at + 1));
    assertThat(test.matches()).as(out.get(at + 1)).isTrue();
    assertThat(test.group(1)).isEqualTo("%s.%s.trn".formatted(set, pair[1]));
    assertThat(List.of(test.group(2), test.group(3), test.group(4), test.group(5), test.group(6)))
        .isEqualTo(List.of(pair).subList(2, 7));
    assertThat(test.group(7)).isEqualTo(pair[7].equals("Yes") ? "significant" : "not significant");
  }

  @Test
  void givesIntervalsSpeakersAndAlignments() throws IOException {
    Path ref = file("ref.trn", "a b c (ann-1)\nd e (bob-1)\nf (ann-2)\n");
    Path hyp = file("hyp.trn", "a x c (ann-1)\nd e (bob-1)\nf g (ann-2)\n");
    Path base = file("base.trn", "a b c (ann-1)\nd e (bob-1)\nf (ann-2)\n");
    Path listing = folder.resolve("alignments.txt");
    String[] line = {
      "wer",
      "--ref",
      ref.toString(),
      "--hyp",
      hyp.toString(),
      "--versus",
      base.toString(),
      "--bootstrap",
      "1000",
      "--by-speaker",
      "--alignments",
      listing.toString()
    };
    CommandRun run = CommandRun.of(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("  WER +33.33 % absolute, ")
        .containsPattern("95 % bootstrap interval of the WER: 0\\.00 to \\d+\\.\\d\\d\n")
        .contains("  probability of fewer errors than base.trn: 0.0000\n")
        .containsPattern("\n  ann +2 +4 +3 +1 +0 +1 +2 +50.00 +2\n")
        .containsPattern("\n  bob +1 +2 +2 +0 +0 +0 +0 +0.00 +0\n");
    assertThat(Files.readString(listing))
        .startsWith("# " + hyp + "\n\nid: (ann-1)\nScores: (#C #S #D #I) 2 1 0 0\nREF:  a B c\n");
    assertThat(CommandRun.of(line).out()).isEqualTo(run.out());
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Path ref = file("ref.trn", "a b c (u-1)\n");
    Path other = file("other.trn", "a b c (u-2)\n");
    CommandRun unmatched = CommandRun.of("wer", "--ref", ref.toString(), "--hyp", other.toString());
    assertThat(unmatched.exitCode()).isEqualTo(2);
    assertThat(unmatched.err())
        .isEqualTo(
            "bitlattice: %s lacks 1 of the 1 utterances of %s: u-1; reference and hypothesis hold the same ones\n"
                .formatted(other, ref));
    CommandRun pattern =
        CommandRun.of(
            "wer",
            "--ref",
            ref.toString(),
            "--hyp",
            ref.toString(),
            "--by-speaker",
            "--speaker",
            "(");
    assertThat(pattern.exitCode()).isEqualTo(2);
    assertThat(pattern.err())
        .isEqualTo("bitlattice: --speaker ( is not a regular expression: Unclosed group\n");
    CommandRun draws =
        CommandRun.of("wer", "--ref", ref.toString(), "--hyp", ref.toString(), "--bootstrap", "7");
    assertThat(draws.exitCode()).isEqualTo(2);
    assertThat(draws.err())
        .isEqualTo("bitlattice: 7 bootstrap draws are not possible: allowed are 100 to 1000000\n");
  }
}
