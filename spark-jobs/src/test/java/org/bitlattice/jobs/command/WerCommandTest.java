package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WerCommandTest {
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
        assertThat(columns(out, 0, trn(ami, set, row[0])).subList(1, 8))
            .isEqualTo(List.of(row).subList(1, 8));
        assertThat(columns(out, 0, trn(ami, set, row[0])).get(9)).isEqualTo(row[8]);
      }
      for (String[] pair : pairs) {
        if (pair[1].equals(base[0])) {
          // The listed pair has the first system minus the second; so has this run.
          int tests =
              out.indexOf(
                  "Against %s, MAPSSWE (positive: more errors than it)"
                      .formatted(trn(ami, set, pair[1])));
          List<String> test = columns(out, tests, trn(ami, set, pair[0]));
          assertThat(test.subList(1, 6)).isEqualTo(List.of(pair).subList(2, 7));
          assertThat(test.get(7)).isEqualTo(pair[7]);
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

  /** The columns of the first line of a file from a line on. */
  private static List<String> columns(List<String> out, int from, String file) {
    return out.stream()
        .skip(from)
        .filter(line -> line.startsWith(file + " "))
        .map(line -> List.of(line.split(" +")))
        .findFirst()
        .orElseThrow();
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
    assertThat(squeezed(run.out()))
        .isEqualTo(
            """
            system sentences words correct sub del ins errors WER % wrong
            base.trn 3 6 6 0 0 0 0 0.00 0
            hyp.trn 3 6 5 1 0 1 2 33.33 2

            Against base.trn, MAPSSWE (positive: more errors than it)
            system segments a sentence mean deviation z p significant increase % at most detectable
            hyp.trn 2 0.667 1.000 0.000 Infinity <0.0001 Yes +33.33 +33.33 0.00
            mean, deviation: difference of errors a segment. p: two-tailed; significant: below 0.05. increase: of the word error rate, absolute;
            at most: one-sided upper 95 % bound; detectable: the smallest difference that would be significant.

            95 % bootstrap intervals over utterances, 1000 draws
            system WER % increase % P(fewer errors)
            base.trn 0.00 to 0.00
            hyp.trn 0.00 to 100.00 +0.00 to +100.00 0.0000

            Speakers of base.trn
            speaker sentences words correct sub del ins errors WER % wrong
            ann 2 4 4 0 0 0 0 0.00 0
            bob 1 2 2 0 0 0 0 0.00 0
            mean 1.5 3.0 3.0 0.0 0.0 0.0 0.0 0.00 0.0
            standard deviation 0.7 1.4 1.4 0.0 0.0 0.0 0.0 0.00 0.0
            median 1.5 3.0 3.0 0.0 0.0 0.0 0.0 0.00 0.0

            Speakers of hyp.trn
            speaker sentences words correct sub del ins errors WER % wrong
            ann 2 4 3 1 0 1 2 50.00 2
            bob 1 2 2 0 0 0 0 0.00 0
            mean 1.5 3.0 2.5 0.5 0.0 0.5 1.0 25.00 1.0
            standard deviation 0.7 1.4 0.7 0.7 0.0 0.7 1.4 35.36 1.4
            median 1.5 3.0 2.5 0.5 0.0 0.5 1.0 25.00 1.0
            """);
    assertThat(Files.readString(listing))
        .startsWith("# " + hyp + "\n\nid: (ann-1)\nScores: (#C #S #D #I) 2 1 0 0\nREF:  a B c\n");
    assertThat(CommandRun.of(line).out()).isEqualTo(run.out());
  }

  /** Columns one space apart and files without their folder. */
  private String squeezed(String out) {
    return out.replace(folder + "/", "").replaceAll("(?m) +", " ").replaceAll("(?m) $", "");
  }

  @Test
  void severalSystemsAreScoredAloneAndBySeed() throws IOException {
    Path ref = file("ref.trn", "a b c (x-1)\nd e (y-1)\nf (x-2)\ng h i (z-1)\n");
    Path one = file("one.trn", "a x c (x-1)\nd e (y-1)\nf g (x-2)\nh i (z-1)\n");
    Path two = file("two.trn", "a (x-1)\nd e (y-1)\nf (x-2)\ng h i (z-1)\n");
    String[] line = {
      "wer",
      "--ref",
      ref.toString(),
      "--hyp",
      "file:" + one,
      "--hyp",
      two.toString(),
      "--bootstrap",
      "100",
      "--seed",
      "5"
    };
    CommandRun run = CommandRun.of(line);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> out = squeezed(run.out()).lines().toList();
    assertThat(out.get(1)).isEqualTo("file:one.trn 4 9 7 1 1 1 3 33.33 3");
    assertThat(out.get(2)).isEqualTo("two.trn 4 9 7 0 2 0 2 22.22 1");
    assertThat(out.get(4)).isEqualTo("95 % bootstrap intervals over utterances, 100 draws");
    assertThat(out.get(5)).isEqualTo("system WER %");
    assertThat(out.get(6)).matches("file:one.trn \\d+\\.\\d\\d to \\d+\\.\\d\\d");
    assertThat(out).hasSize(8);
    line[line.length - 1] = "6";
    assertThat(CommandRun.of(line).out()).isNotEqualTo(run.out());
  }

  private CommandRun wer(Path ref, Path hyp, String... more) {
    List<String> line =
        new ArrayList<>(List.of("wer", "--ref", ref.toString(), "--hyp", hyp.toString()));
    line.addAll(List.of(more));
    return CommandRun.of(line.toArray(String[]::new));
  }

  /** One sentence on the standard error, and nothing on the standard output. */
  private static void assertRefused(CommandRun run, String sentence) {
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void transcriptsThatDoNotMatchAreNamed() throws IOException {
    Path ref = file("ref.trn", "a b c (u-1)\nd (u-2)\n");
    Path other = file("other.trn", "a b c (u-1)\nd (u-3)\n");
    assertRefused(
        wer(ref, other),
        "%s lacks 1 of the 2 utterances of %s: u-2; reference and hypothesis hold the same ones"
            .formatted(other, ref));
    Path more = file("more.trn", "a b c (u-1)\nd (u-2)\ne (u-3)\n");
    assertRefused(
        wer(ref, more),
        "%s lacks 1 of the 3 utterances of %s: u-3; reference and hypothesis hold the same ones"
            .formatted(ref, more));
    Path empty = file("empty.trn", "");
    assertRefused(
        wer(ref, empty),
        "%s lacks 2 of the 2 utterances of %s: u-1, u-2; reference and hypothesis hold the same ones"
            .formatted(empty, ref));
    assertRefused(
        wer(ref, ref, "--versus", other.toString()),
        "%s lacks 1 of the 2 utterances of %s: u-2; reference and hypothesis hold the same ones"
            .formatted(other, ref));
  }

  @Test
  void referencesWithoutWordsAreRefused() throws IOException {
    Path empty = file("empty.trn", ";; nothing\n");
    assertRefused(
        wer(empty, empty),
        empty + " has 0 utterances and no word; a word error rate needs at least one word");
    Path silent = file("silent.trn", "(u-1)\n(u-2)\n");
    assertRefused(
        wer(silent, silent),
        silent + " has 2 utterances and no word; a word error rate needs at least one word");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b (u-1)|utterance u-1 stands in line 1 already; an utterance has one transcript",
        "b|the line ends with \"b\"; a transcript line is: word word ... (utterance-id)",
        "{ b / c } (u-2)|utterance u-2: \"{\" belongs to an alternation { a / b }, which is not"
            + " supported; write one of its choices",
        "b @ (u-2)|utterance u-2: \"@\" is the null word of alternations, which are not supported;"
            + " leave it out",
        "(uh) b (u-2)|utterance u-2: \"(uh)\" is an optionally deletable word, which is not"
            + " supported; write it without parentheses or leave it out"
      })
  void linesThatAreNotTranscriptsAreNamedWithTheirPlace(String line, String fault)
      throws IOException {
    Path good = file("good.trn", "a (u-1)\nb (u-2)\n");
    Path bad = file("bad.trn", "a (u-1)\n" + line + "\n");
    assertRefused(wer(good, bad), "%s:2: %s".formatted(bad, fault));
    assertRefused(wer(bad, good), "%s:2: %s".formatted(bad, fault));
  }

  @Test
  void filesThatAreNotTextAreNamed() throws IOException {
    Path good = file("good.trn", "a (u-1)\n");
    Path latin = folder.resolve("latin.trn");
    Files.write(latin, "na\u00efve (u-1)\n".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(
        wer(good, latin), latin + ":1: the line is not UTF-8; transcripts are UTF-8 text");
    Path none = folder.resolve("none.trn");
    assertRefused(wer(good, none), "there is no file " + none);
    assertRefused(wer(good, folder), folder + " is a folder; give a transcript file");
    CommandRun scheme = CommandRun.of("wer", "--ref", good.toString(), "--hyp", "nosuch:/x.trn");
    assertRefused(scheme, "cannot use the path nosuch:/x.trn: No FileSystem for scheme \"nosuch\"");
  }

  @Test
  void optionsThatCannotBeMeantAreRefused() throws IOException {
    Path ref = file("ref.trn", "a b c (u-1)\n");
    assertRefused(
        wer(ref, ref, "--by-speaker", "--speaker", "("),
        "--speaker ( is not a regular expression: Unclosed group");
    assertRefused(
        wer(ref, ref, "--by-speaker", "--speaker", "u"),
        "--speaker u has no group; give a regular expression whose first group is the speaker, such as ^([^-_]+)");
    assertRefused(
        wer(ref, ref, "--by-speaker", "--speaker", "(v)"),
        "the pattern (v) finds no speaker in the utterance id u-1; its first group is the speaker");
    assertRefused(
        wer(ref, ref, "--bootstrap", "7"),
        "7 bootstrap draws are not possible: allowed are 100 to 1000000");
    assertRefused(
        wer(ref, ref, "--alignments", "file:" + ref),
        "--alignments file:%s is one of the transcripts; give another file".formatted(ref));
    assertThat(Files.readString(ref)).isEqualTo("a b c (u-1)\n");
    CommandRun seed = wer(ref, ref, "--seed", "3");
    assertThat(seed.exitCode()).isEqualTo(1);
    assertThat(seed.err())
        .isEqualTo(
            "bitlattice: --seed has no effect without --bootstrap\nTry 'bitlattice wer --help'.\n");
    assertThat(wer(ref, ref, "--speaker", "(u)").err())
        .startsWith("bitlattice: --speaker has no effect without --by-speaker\n");
  }
}
