package org.bitlattice.ngram;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.text.Vocabulary;

/** A small random back-off model over the words a, b, c and d, as maps from n-grams to values. */
public final class RandomArpa {
  private static final List<String> WORDS = List.of("a", "b", "c", "d", "<unk>");

  private final List<Map<String, Ngram>> model;

  private record Ngram(double log10, double backOff) {}

  private RandomArpa(List<Map<String, Ngram>> model) {
    this.model = model;
  }

  /** Contexts of longer n-grams may be missing, as in pruned models. */
  public static RandomArpa of(Random random, int order) {
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
    return new RandomArpa(model);
  }

  static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static Ngram randomNgram(Random random) {
    return new Ngram(-random.nextInt(4000) / 1000.0, (random.nextInt(2000) - 1500) / 1000.0);
  }

  private String arpa() {
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

  /** The model, written and read. */
  public ArpaModel read(Vocabulary vocabulary) throws IOException {
    byte[] arpa = arpa().getBytes(StandardCharsets.UTF_8);
    return ArpaModel.read(new ByteArrayInputStream(arpa), "random.arpa", vocabulary);
  }

  /** The definition of back-off. */
  double log10(List<String> history, String word) {
    String context = String.join(" ", history);
    Ngram listed = model.get(history.size()).get((context + " " + word).strip());
    if (listed != null) {
      return listed.log10();
    }
    Ngram backOff = model.get(history.size() - 1).get(context);
    double weight = backOff == null ? 0 : backOff.backOff();
    return weight + log10(history.subList(1, history.size()), word);
  }
}
