package org.bitlattice.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.text.Vocabulary;

/** Against the textbook definition on a map from word strings to values. */
class ArpaModelProperties {
  private static final List<String> WORDS = List.of("a", "b", "c", "d", "<unk>");

  /** Values are held as floats: 2^-24 relative, a few of them added. */
  private static final double FLOATS = 1e-5;

  private record Ngram(double log10, double backOff) {}

  @Property(tries = 300)
  void equalsTheDefinitionOfBackOff(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int order) throws IOException {
    Random random = new Random(seed);
    List<Map<String, Ngram>> model = randomModel(random, order);
    Vocabulary vocabulary = Vocabulary.of(List.of("b", "<unk>", "a", "d", "</s>", "c"), "v");
    byte[] arpa = arpa(model).getBytes(StandardCharsets.UTF_8);
    ArpaModel read = ArpaModel.read(new ByteArrayInputStream(arpa), "random.arpa", vocabulary);
    for (int sentence = 0; sentence < 10; sentence++) {
      List<String> tokens = new ArrayList<>(List.of("<s>"));
      for (int i = random.nextInt(8); i > 0; i--) {
        tokens.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      double[] found = read.logProbabilities(vocabulary.ids(tokens.subList(1, tokens.size())));
      tokens.add("</s>");
      assertThat(found).hasSize(tokens.size() - 1);
      for (int i = 1; i < tokens.size(); i++) {
        List<String> history = tokens.subList(Math.max(0, i - order + 1), i);
        double expected = Math.log(10) * log10(model, history, tokens.get(i));
        assertThat(found[i - 1]).isCloseTo(expected, within(FLOATS));
        int[] before = vocabulary.ids(tokens.subList(1, i));
        int word = vocabulary.ids(tokens.subList(i, i + 1))[0];
        assertThat(read.logProbability(before, word)).isEqualTo(found[i - 1]);
      }
    }
  }

  private static double log10(List<Map<String, Ngram>> model, List<String> history, String word) {
    String context = String.join(" ", history);
    Ngram listed = model.get(history.size()).get((context + " " + word).strip());
    if (listed != null) {
      return listed.log10();
    }
    Ngram backOff = model.get(history.size() - 1).get(context);
    double weight = backOff == null ? 0 : backOff.backOff();
    return weight + log10(model, history.subList(1, history.size()), word);
  }

  /** Contexts of longer n-grams may be missing, as in pruned models. */
  private static List<Map<String, Ngram>> randomModel(Random random, int order) {
    List<Map<String, Ngram>> model = new ArrayList<>();
    for (int length = 1; length <= order; length++) {
      Map<String, Ngram> ngrams = new LinkedHashMap<>();
      for (int i = 0; i < (length == 1 ? 0 : 30); i++) {
        StringBuilder words = new StringBuilder(random.nextInt(4) == 0 ? "<s>" : word(random));
        for (int j = 1; j < length; j++) {
          boolean last = j == length - 1 && random.nextInt(4) == 0;
          words.append(' ').append(last ? "</s>" : word(random));
        }
        ngrams.put(words.toString(), randomNgram(random));
      }
      if (length == 1) {
        List.of("<s>", "</s>").forEach(word -> ngrams.put(word, randomNgram(random)));
        WORDS.forEach(word -> ngrams.put(word, randomNgram(random)));
      }
      model.add(ngrams);
    }
    return model;
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static Ngram randomNgram(Random random) {
    return new Ngram(-random.nextInt(4000) / 1000.0, (random.nextInt(2000) - 1500) / 1000.0);
  }

  private static String arpa(List<Map<String, Ngram>> model) {
    StringBuilder text = new StringBuilder("\\data\\\n");
    for (int i = 0; i < model.size(); i++) {
      text.append("ngram ").append(i + 1).append('=').append(model.get(i).size()).append('\n');
    }
    for (int i = 0; i < model.size(); i++) {
      text.append("\n\\").append(i + 1).append("-grams:\n");
      boolean highest = i == model.size() - 1;
      model
          .get(i)
          .forEach(
              (words, ngram) ->
                  text.append(ngram.log10())
                      .append('\t')
                      .append(words)
                      .append(highest ? "" : "\t" + ngram.backOff())
                      .append('\n'));
    }
    return text.append("\n\\end\\\n").toString();
  }
}
