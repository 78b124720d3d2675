package org.bitlattice.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.data.Offset;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.Test;

class ArpaModelTest {
  private static final Offset<Double> CLOSE = within(1e-6);
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(List.of("</s>", "<unk>", "a", "b", "c"), "vocabulary.txt");

  private static final String GOOD =
      """
      made by hand

      \\data\\
      ngram 1=5
      ngram 2=3
      ngram 3=1

      \\1-grams:
      -1.0\t<unk>\t-0.5
      -99\t<s>\t-0.1
      -0.7\t</s>
      -0.3\ta\t-0.2
      -0.4\tb\t-0.3

      \\2-grams:
      -0.6\t<s> a\t-0.05
      -0.2\ta b\t-0.15
      -0.9\tb </s>

      \\3-grams:
      -0.01\ta b </s>

      \\end\\
      """;

  private static ArpaModel read(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return ArpaModel.read(new ByteArrayInputStream(bytes), "m.arpa", VOCABULARY);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static double[] log10(ArpaModel model, String sentence) {
    int[] ids = sentence.isEmpty() ? new int[0] : VOCABULARY.ids(List.of(sentence.split(" ")));
    return Arrays.stream(model.logProbabilities(ids)).map(ln -> ln / Math.log(10)).toArray();
  }

  @Test
  void scoresListedNgramsAndBacksOffOtherwise() {
    ArpaModel model = read(GOOD);
    assertThat(model.order()).isEqualTo(3);
    // <s> a; a b after the back-off of <s> a; a b </s>
    assertThat(log10(model, "a b")).containsExactly(new double[] {-0.6, -0.05 - 0.2, -0.01}, CLOSE);
    // <s> -> b; <s> b is no context; b </s>
    assertThat(log10(model, "b")).containsExactly(new double[] {-0.1 - 0.4, -0.9}, CLOSE);
    // <s> a, a: both back-offs; then a a is no context, a's back-off
    assertThat(log10(model, "a a"))
        .containsExactly(new double[] {-0.6, -0.05 - 0.2 - 0.3, -0.2 - 0.7}, CLOSE);
    assertThat(log10(model, "")).containsExactly(new double[] {-0.1 - 0.7}, CLOSE);
  }

  @Test
  void scoresWordsThatTheFileLacksAsUnknown() {
    ArpaModel model = read(GOOD);
    assertThat(model.missingWords()).isEqualTo(1);
    assertThat(log10(model, "c")).containsExactly(new double[] {-0.1 - 1, -0.5 - 0.7}, CLOSE);
    assertThat(log10(model, "zebra")).containsExactly(log10(model, "c"));
  }

  @Test
  void refusesToScoreAWordWhenTheFileHasNoUnknownWord() {
    ArpaModel model = read(GOOD.replace("-1.0\t<unk>\t-0.5\n", "").replace("1=5", "1=4"));
    assertThat(log10(model, "a")).hasSize(2);
    assertThatThrownBy(() -> log10(model, "c"))
        .hasMessage("m.arpa: cannot score the word \"c\": the model lists neither it nor <unk>");
  }

  @Test
  void leavesOutAndCountsNgramsWithWordsOutsideTheVocabulary() {
    String text =
        GOOD.replace("1=5", "1=6")
            .replace("2=3", "2=4")
            .replace("-0.4\tb\t-0.3\n", "-0.4\tb\t-0.3\n-2\tzebra\t-0.1\n")
            .replace("-0.9\tb </s>\n", "-0.9\tb </s>\n-0.1\tzebra a\n");
    assertThat(read(text).ignoredNgrams()).isEqualTo(2);
    assertThat(log10(read(text), "zebra a")).containsExactly(log10(read(GOOD), "zebra a"));
  }

  @Test
  void keepsNgramsWhoseContextWasPruned() {
    ArpaModel model = read(GOOD.replace("-0.2\ta b\t-0.15\n", "").replace("2=3", "2=2"));
    assertThat(log10(model, "a b"))
        .containsExactly(new double[] {-0.6, -0.05 - 0.2 - 0.4, -0.01}, CLOSE);
  }

  @Test
  void countsOrSkipsUnknownWords() {
    ArpaModel model = read(GOOD);
    List<int[]> text = List.of(VOCABULARY.ids(List.of("a", "zebra")));
    double[] ln = model.logProbabilities(text.get(0));
    TextLikelihood skipped = model.likelihood(text, UnknownWords.SKIPPED);
    TextLikelihood counted = model.likelihood(text, UnknownWords.COUNTED);
    assertThat(skipped).isEqualTo(new TextLikelihood(2, 1, -(ln[0] + ln[2])));
    assertThat(counted.tokens()).isEqualTo(3);
    assertThat(counted.negativeLogLikelihood()).isCloseTo(-(ln[0] + ln[1] + ln[2]), CLOSE);
    assertThat(skipped.plus(TextLikelihood.EMPTY)).isEqualTo(skipped);
  }

  @Test
  void refusesAFileThatIsCutOffAfterAnyLine() {
    int last = GOOD.indexOf("\\end\\") - 1;
    for (int end = last; end > 0; end = GOOD.lastIndexOf('\n', end - 1)) {
      String cut = GOOD.substring(0, end);
      assertThatThrownBy(() -> read(cut), cut)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("m.arpa:")
          .hasMessageEndingWith("the file ends before its \\end\\: it is cut off");
    }
  }

  @Test
  void namesLineAndValueOfWhatIsWrong() {
    refused("2=3", "2=4", "m.arpa:20: the header announces 4 2-grams, but the section has 3");
    refused("2=3", "2=x", "m.arpa:5: \"ngram 2=x\" is not a count of the form \"ngram 2=1000\"");
    refused(
        "ngram 2=3",
        "ngram 3=3",
        "m.arpa:5: \"ngram 3=3\" is not possible: orders follow each "
            + "other from 1 to at most 20, counts are >= 0");
    refused(
        "-0.3\ta", "-0.x\ta", "m.arpa:12: \"-0.x\" in \"-0.x\ta\t-0.2\" is not a finite number");
    refused("-0.2\n", "nan\n", "m.arpa:12: \"nan\" in \"-0.3\ta\tnan\" is not a finite number");
    refused("-0.3\ta", "0.3\ta", "m.arpa:12: \"0.3\ta\t-0.2\" has a probability above 1");
    refused(
        "a b </s>",
        "b </s>",
        "m.arpa:21: \"-0.01\tb </s>\" is not a 3-gram with its probability and back-off");
    refused(
        "-0.05",
        "-0.05 x",
        "m.arpa:16: \"-0.6\t<s> a\t-0.05 x\" is not a 2-gram with its "
            + "probability and back-off");
    refused("-0.9\tb </s>", "-0.9\ta b", "m.arpa:18: an n-gram that ends in \"b\" is listed twice");
    refused("-0.4\tb", "-0.4\ta", "m.arpa:13: the word \"a\" is listed twice");
    refused("a b </s>", "a c </s>", "m.arpa:21: the word \"c\" of an n-gram has no 1-gram");
    refused("\\2-grams:", "\\two:", "m.arpa:15: \"\\two:\" stands where \\2-grams: is due");
    refused(
        "\\end\\",
        "\\4-grams:",
        "m.arpa:23: \"\\4-grams:\" stands where \\end\\ is due: "
            + "the header announces no n-grams above order 3");
    refused("-99\t<s>\t-0.1", "-99\tc\t-0.1", "m.arpa:15: the 1-grams lack <s> or </s>");
    refused("\\data\\", "\\date\\", "m.arpa:3: \"\\date\\\" stands where \\data\\ is due");
  }

  @Test
  void refusesNumbersThatDoNotFitOrAreJavas() {
    refused(
        "-0.3\ta",
        "-1e300\ta",
        "m.arpa:12: \"-1e300\" in \"-1e300\ta\t-0.2\" is out of range: "
            + "allowed are numbers from -1.0E30 to 1.0E30");
    refused(
        "-0.05",
        "-2e30",
        "m.arpa:16: \"-2e30\" in \"-0.6\t<s> a\t-2e30\" is out of range: "
            + "allowed are numbers from -1.0E30 to 1.0E30");
    refused("-0.3\ta", "-3f\ta", "m.arpa:12: \"-3f\" in \"-3f\ta\t-0.2\" is not a finite number");
    refused(
        "-0.3\ta", "-inf\ta", "m.arpa:12: \"-inf\" in \"-inf\ta\t-0.2\" is not a finite number");
  }

  @Test
  void theLargestNumbersGiveFiniteScores() {
    ArpaModel model = read(GOOD.replace("-0.3\ta\t-0.2", "-1e30\ta\t-1e30"));
    for (double ln : model.logProbabilities(VOCABULARY.ids(List.of("a", "a", "a")))) {
      assertThat((float) ln).isFinite();
    }
  }

  @Test
  void refusesBytesThatAreNotUtf8AndReadsThoseThatAre() throws IOException {
    Vocabulary umlaut = Vocabulary.of(List.of("</s>", "<unk>", "für", "b"), "v");
    String good =
        GOOD.replace("\ta\t", "\tfür\t").replace(" a\t", " für\t").replace("a b", "für b");
    InputStream utf8 = new ByteArrayInputStream(good.getBytes(StandardCharsets.UTF_8));
    ArpaModel model = ArpaModel.read(utf8, "m.arpa", umlaut);
    assertThat(model.logProbabilities(umlaut.ids(List.of("für", "b"))))
        .containsExactly(read(GOOD).logProbabilities(VOCABULARY.ids(List.of("a", "b"))));
    byte[] latin = good.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ArpaModel.read(new ByteArrayInputStream(latin), "m.arpa", umlaut))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("m.arpa:12: the line is not text in UTF-8");
  }

  @Test
  void readsLinesUpToTheirBoundAndRefusesLongerOnes() {
    String longest = "x".repeat(ArpaLines.LONGEST);
    assertThat(log10(read(longest + "\n" + GOOD), "a b")).containsExactly(log10(read(GOOD), "a b"));
    assertThatThrownBy(() -> read(GOOD.replace("made by hand", longest + "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("m.arpa:1: the line is longer than 1048576 bytes");
    String noNumber = "-0.3" + "y".repeat(100_000);
    assertThatThrownBy(() -> read(GOOD.replace("-0.3\ta", noNumber + "\ta")))
        .hasMessage(
            "m.arpa:12: \"%s…\" in \"%s…\" is not a finite number",
            noNumber.substring(0, 200), noNumber.substring(0, 200));
  }

  @Test
  void linesMayEndAsOnWindowsAndTheLastWithoutAnEnd() {
    String windows = GOOD.replace("\n", "\r\n").stripTrailing();
    assertThat(log10(read(windows), "a b")).containsExactly(log10(read(GOOD), "a b"));
  }

  /** However the stream hands out its bytes. */
  @Test
  void linesDoNotDependOnTheBuffer() throws IOException {
    String text = "one\n\ntwo " + "é".repeat(70_000) + "\nthree";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int chunk : new int[] {1, 3, 65_536, bytes.length}) {
      InputStream in =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int from, int length) {
              return super.read(to, from, Math.min(length, chunk));
            }
          };
      ArpaLines lines = new ArpaLines(in, "m");
      List<String> read = new ArrayList<>();
      for (String line = lines.next(); line != null; line = lines.next()) {
        read.add(line);
      }
      assertThat(read).containsExactly(text.split("\n"));
      assertThat(lines.number()).isEqualTo(4);
    }
  }

  /** One word at a time, with whole histories or their last words, it is what a sentence gives. */
  @Test
  void scoresAWordAfterAHistory() {
    ArpaModel model = read(GOOD);
    int[] words = VOCABULARY.ids(List.of("a", "b", "a", "a", "b", "c", "b"));
    double[] sentence = model.logProbabilities(words);
    for (int i = 0; i <= words.length; i++) {
      int word = i < words.length ? words[i] : VOCABULARY.boundaryId();
      int[] history = Arrays.copyOf(words, i);
      int[] last = Arrays.copyOfRange(words, Math.max(0, i - 2), i);
      assertThat(model.logProbability(history, word)).isEqualTo(sentence[i]);
      assertThat(model.logProbability(last, word)).isEqualTo(sentence[i]);
    }
    assertThatThrownBy(() -> model.logProbability(new int[] {0}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "0 is not the id of a word within a sentence: allowed are 0 to 4 without 0 (</s>)");
  }

  @Test
  void refusesIdsThatAreNoWords() {
    assertThatThrownBy(() -> read(GOOD).logProbabilities(new int[] {5}))
        .hasMessage(
            "5 is not the id of a word within a sentence: allowed are 0 to 4 without 0 "
                + "(</s>)");
    assertThatThrownBy(() -> read(GOOD).logProbabilities(new int[] {0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsCompressedFilesAndNamesACutOne() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(GOOD.getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = packed.toByteArray();
    ArpaModel model = ArpaModel.read(new ByteArrayInputStream(bytes), "m.arpa.gz", VOCABULARY);
    assertThat(log10(model, "a b")).containsExactly(log10(read(GOOD), "a b"));
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 40);
    assertThatThrownBy(() -> ArpaModel.read(new ByteArrayInputStream(cut), "m.arpa.gz", VOCABULARY))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("m.arpa.gz: the compressed file is damaged or cut off after line ");
  }

  @Test
  void survivesSerialisation() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(read(GOOD));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ArpaModel copy = (ArpaModel) in.readObject();
      assertThat(log10(copy, "a b c")).containsExactly(log10(read(GOOD), "a b c"));
    }
  }
}
