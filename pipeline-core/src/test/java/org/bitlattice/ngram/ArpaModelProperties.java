package org.bitlattice.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.text.Vocabulary;

/** Against the textbook definition on a map from word strings to values. */
class ArpaModelProperties {
  /** Values are held as floats: 2^-24 relative, a few of them added. */
  private static final double FLOATS = 1e-5;

  @Property(tries = 300)
  void equalsTheDefinitionOfBackOff(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int order) throws IOException {
    Random random = new Random(seed);
    RandomArpa model = RandomArpa.of(random, order);
    Vocabulary vocabulary = Vocabulary.of(List.of("b", "<unk>", "a", "d", "</s>", "c"), "v");
    ArpaModel read = model.read(vocabulary);
    for (int sentence = 0; sentence < 10; sentence++) {
      List<String> tokens = new ArrayList<>(List.of("<s>"));
      for (int i = random.nextInt(8); i > 0; i--) {
        tokens.add(RandomArpa.word(random));
      }
      double[] found = read.logProbabilities(vocabulary.ids(tokens.subList(1, tokens.size())));
      tokens.add("</s>");
      assertThat(found).hasSize(tokens.size() - 1);
      for (int i = 1; i < tokens.size(); i++) {
        List<String> history = tokens.subList(Math.max(0, i - order + 1), i);
        double expected = Math.log(10) * model.log10(history, tokens.get(i));
        assertThat(found[i - 1]).isCloseTo(expected, within(FLOATS));
        int[] before = vocabulary.ids(tokens.subList(1, i));
        int word = vocabulary.ids(tokens.subList(i, i + 1))[0];
        assertThat(read.logProbability(before, word)).isEqualTo(found[i - 1]);
      }
    }
  }
}
