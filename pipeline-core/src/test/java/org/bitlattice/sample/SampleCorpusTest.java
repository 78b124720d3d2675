package org.bitlattice.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleCorpusTest {
  @TempDir static Path folder;
  private static SampleSummary summary;
  private static final Map<String, double[]> UNIGRAMS = new HashMap<>();
  private static final Map<String, Double> BIGRAMS = new HashMap<>();

  @BeforeAll
  static void write() throws IOException {
    summary = SampleCorpus.write(folder, 1, SampleSettings.DEFAULT);
    for (String line : Files.readAllLines(folder.resolve("bigram.arpa"))) {
      String[] fields = line.split("\t");
      if (fields.length == 3) {
        double[] values = {Double.parseDouble(fields[0]), Double.parseDouble(fields[2])};
        assertThat(UNIGRAMS.put(fields[1], values)).isNull();
      } else if (fields.length == 2) {
        assertThat(BIGRAMS.put(fields[1], Double.parseDouble(fields[0]))).isNull();
      }
    }
  }

  /** ln P(word | context) by the rules of the ARPA format. */
  private static double arpaLn(String context, String word) {
    Double seen = BIGRAMS.get(context + " " + word);
    double log10 = seen != null ? seen : UNIGRAMS.get(context)[1] + UNIGRAMS.get(word)[0];
    return log10 * Math.log(10);
  }

  private static Map<String, List<String>> references(String set) throws IOException {
    Map<String, List<String>> references = new LinkedHashMap<>();
    for (String line : Files.readAllLines(folder.resolve(set + ".ref.trn"))) {
      int open = line.indexOf(" (");
      references.put(
          line.substring(open + 2, line.length() - 1), List.of(line.substring(0, open).split(" ")));
    }
    return references;
  }

  private static Map<String, SampleLatticeFile> lattices(String set) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(set + ".slf.tar.gz"))) {
      return SampleLatticeFile.readAll(in);
    }
  }

  @Test
  void writesTheSameBytesForTheSameSeedInAnyLocale(@TempDir Path again, @TempDir Path other)
      throws IOException {
    SampleSettings small = new SampleSettings(300, 12, 10);
    Locale before = Locale.getDefault();
    Map<String, String> first = contents(again, 7, small);
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(contents(again, 7, small)).isEqualTo(first);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(first)
        .containsOnlyKeys(
            "train.txt",
            "dev.txt",
            "eval.txt",
            "words.txt",
            "bigram.arpa",
            "dev.slf.tar.gz",
            "eval.slf.tar.gz",
            "dev.ref.trn",
            "eval.ref.trn",
            "README.md");
    assertThat(contents(other, 8, small).get("train.txt")).isNotEqualTo(first.get("train.txt"));
  }

  private static Map<String, String> contents(Path folder, long seed, SampleSettings settings)
      throws IOException {
    SampleCorpus.write(folder, seed, settings);
    Map<String, String> contents = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        contents.put(
            file.getFileName().toString(),
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  @Test
  void writesABigramWhoseProbabilitiesSumToOne() {
    List<String> words = UNIGRAMS.keySet().stream().filter(w -> !w.equals("<s>")).toList();
    assertThat(words).hasSize(summary.vocabularyWords()).contains("<unk>", "</s>");
    double unigrams = words.stream().mapToDouble(w -> Math.pow(10, UNIGRAMS.get(w)[0])).sum();
    assertThat(unigrams).isCloseTo(1, within(1e-5));
    for (String context : List.of("<s>", "<unk>", "the", "that", "balun", "either", "indeed")) {
      double sum = words.stream().mapToDouble(w -> Math.exp(arpaLn(context, w))).sum();
      assertThat(sum).as(context).isCloseTo(1, within(2e-5));
    }
  }

  @Test
  void leavesMostOfTheStructureToABetterModelThanTheBigram() throws IOException {
    double ln = 0;
    long tokens = 0;
    for (String line : Files.readAllLines(folder.resolve("dev.txt"))) {
      String last = "<s>";
      for (String word : (line + " </s>").split(" ")) {
        String known = UNIGRAMS.containsKey(word) ? word : "<unk>";
        ln += arpaLn(last, known);
        last = known;
        tokens++;
      }
    }
    assertThat(summary.bigramDevPerplexity()).isCloseTo(Math.exp(-ln / tokens), within(1e-3));
    assertThat(summary.bigramDevPerplexity()).isGreaterThan(2.5 * summary.grammarDevPerplexity());
    assertThat(summary.trainTokens()).isBetween(60_000L, 100_000L);
    assertThat(summary.vocabularyWords()).isBetween(300, 400);
  }

  @Test
  void writesLatticesWhoseLinksGoForwardAndBelongToFullPaths() throws IOException {
    Map<String, SampleLatticeFile> lattices = lattices("dev");
    assertThat(lattices).hasSize(180);
    lattices.forEach(
        (file, lattice) -> {
          assertThat(file).isEqualTo(lattice.utterance() + ".slf");
          Set<Integer> left = new HashSet<>(Set.of(lattice.nodes() - 1));
          Set<Integer> entered = new HashSet<>(Set.of(0));
          for (SampleLatticeFile.Link link : lattice.links()) {
            assertThat(link.end()).isGreaterThan(link.start()).isLessThan(lattice.nodes());
            left.add(link.start());
            entered.add(link.end());
          }
          assertThat(left).hasSize(lattice.nodes());
          assertThat(entered).hasSize(lattice.nodes());
        });
  }

  @Test
  void scoresEveryLinkWithTheBigramOfItsOnlyContextWord() throws IOException {
    for (SampleLatticeFile lattice : lattices("eval").values()) {
      String[] last = new String[lattice.nodes()];
      last[0] = "<s>";
      for (SampleLatticeFile.Link link : lattice.links()) {
        boolean filler = link.word().equals("!NULL");
        String context = last[link.start()];
        double expected = filler ? 0 : arpaLn(context, link.word());
        assertThat(link.bigramLn()).isCloseTo(expected, within(6e-5));
        String word = filler ? context : link.word();
        assertThat(last[link.end()]).isIn(null, word);
        last[link.end()] = word;
      }
    }
  }

  @Test
  void leavesErrorsThatRescoringCanRepair() throws IOException {
    for (String set : List.of("dev", "eval")) {
      Map<String, List<String>> references = references(set);
      long words = 0;
      long firstPass = 0;
      long oracle = 0;
      for (SampleLatticeFile lattice : lattices(set).values()) {
        List<String> reference = references.get(lattice.utterance());
        words += reference.size();
        firstPass += errors(reference, lattice.bestPath());
        oracle += lattice.oracleErrors(reference);
      }
      assertThat(100.0 * firstPass / words).as(set + " first pass").isBetween(25.0, 35.0);
      assertThat(100.0 * oracle / words).as(set + " oracle").isBetween(0.5, 7.0);
    }
  }

  private static int errors(List<String> reference, List<String> words) {
    int[][] cost = new int[reference.size() + 1][words.size() + 1];
    for (int i = 0; i <= reference.size(); i++) {
      for (int j = 0; j <= words.size(); j++) {
        List<Integer> ways = new ArrayList<>();
        if (i > 0) {
          ways.add(cost[i - 1][j] + 1);
        }
        if (j > 0) {
          ways.add(cost[i][j - 1] + 1);
        }
        if (i > 0 && j > 0) {
          ways.add(cost[i - 1][j - 1] + (reference.get(i - 1).equals(words.get(j - 1)) ? 0 : 1));
        }
        cost[i][j] = ways.stream().mapToInt(w -> w).min().orElse(0);
      }
    }
    return cost[reference.size()][words.size()];
  }

  @Test
  void refusesSettingsThatMakeNoSample() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SampleSettings(99, 1, 1))
        .withMessage(
            "Cannot make a sample of 99 training and 1 held-out sentences; at least 100 and 1 are needed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SampleSettings(100, 1, 2))
        .withMessage("Cannot make lattices for 2 of 1 held-out sentences");
  }

  @Test
  void writesDecimalsThatParseBack() {
    assertThat(Decimal.of(-0.430783, 6)).isEqualTo("-0.430783");
    assertThat(Decimal.of(8, 2)).isEqualTo("8.00");
    assertThat(Decimal.of(-12.30005, 4)).isEqualTo("-12.3000");
    assertThat(Decimal.of(-0.00004, 4)).isEqualTo("0.0000");
    assertThat(Decimal.of(99.99999, 4)).isEqualTo("100.0000");
  }
}
