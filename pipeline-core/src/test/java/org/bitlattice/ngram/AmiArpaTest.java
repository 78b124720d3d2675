package org.bitlattice.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("real-data")
class AmiArpaTest {
  private static Vocabulary vocabulary;

  @BeforeAll
  static void readVocabulary() throws IOException {
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    words.addAll(Files.readAllLines(file("lm/vocab.txt")));
    vocabulary = Vocabulary.of(words, "lm/vocab.txt");
  }

  private static Path file(String name) {
    Path folder = Path.of(System.getProperty("bitlattice.data", "../shared/data"));
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    return folder.resolve("ami").resolve(name);
  }

  @ParameterizedTest
  @CsvSource({"2g, 2, 89.54, 90.27", "3g, 3, 80.82, 80.30", "4g, 4, 80.79, 79.96"})
  void perplexitiesAreThoseOfTheData(String model, int order, double dev, double eval)
      throws IOException {
    String name = "lm/ami." + model + ".arpa.gz";
    ArpaModel arpa;
    try (InputStream in = Files.newInputStream(file(name))) {
      arpa = ArpaModel.read(in, name, vocabulary);
    }
    assertThat(arpa.bytes()).isLessThan(100_000_000);
    assertThat(arpa.order()).isEqualTo(order);
    assertThat(arpa.ignoredNgrams()).isZero();
    assertThat(arpa.missingWords()).isZero();
    assertThat(perplexity(arpa, "text/dev.txt.gz")).isCloseTo(dev, within(0.005));
    assertThat(perplexity(arpa, "text/eval.txt.gz")).isCloseTo(eval, within(0.005));
  }

  private static double perplexity(ArpaModel arpa, String text) throws IOException {
    List<int[]> sentences = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file(text)));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> fields = List.of(line.split(" "));
        sentences.add(vocabulary.ids(fields.subList(1, fields.size())));
      }
    }
    return arpa.likelihood(sentences, UnknownWords.SKIPPED).perplexity();
  }
}
