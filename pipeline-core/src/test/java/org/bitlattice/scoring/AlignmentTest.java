package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bitlattice.scoring.AlignmentStep.CORRECT;
import static org.bitlattice.scoring.AlignmentStep.DELETION;
import static org.bitlattice.scoring.AlignmentStep.INSERTION;
import static org.bitlattice.scoring.AlignmentStep.SUBSTITUTION;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  @Property(tries = 500)
  void costsAsMuchAsTheBestOfAllAlignments(
      @ForAll("shortSentences") List<String> reference,
      @ForAll("shortSentences") List<String> hypothesis) {
    Alignment alignment = Alignment.of(reference, hypothesis);
    assertThat(alignment.cost()).isEqualTo(bestCost(reference, hypothesis));
  }

  @Property(tries = 500)
  void takesEveryWordOnceAndCallsEqualWordsCorrect(
      @ForAll("shortSentences") List<String> reference,
      @ForAll("shortSentences") List<String> hypothesis) {
    int i = 0;
    int j = 0;
    for (AlignmentStep step : Alignment.of(reference, hypothesis).steps()) {
      if (step.takesReference() && step.takesHypothesis()) {
        assertThat(step == CORRECT).isEqualTo(reference.get(i).equals(hypothesis.get(j)));
      }
      i += step.takesReference() ? 1 : 0;
      j += step.takesHypothesis() ? 1 : 0;
    }
    assertThat(i).isEqualTo(reference.size());
    assertThat(j).isEqualTo(hypothesis.size());
  }

  @Provide
  Arbitrary<List<String>> shortSentences() {
    return Arbitraries.of("a", "b", "c").list().ofMaxSize(6);
  }

  private static int bestCost(List<String> reference, List<String> hypothesis) {
    if (reference.isEmpty() || hypothesis.isEmpty()) {
      return 3 * (reference.size() + hypothesis.size());
    }
    List<String> shorterReference = reference.subList(1, reference.size());
    List<String> shorterHypothesis = hypothesis.subList(1, hypothesis.size());
    int diagonal = reference.get(0).equals(hypothesis.get(0)) ? 0 : 4;
    return Math.min(
        bestCost(shorterReference, shorterHypothesis) + diagonal,
        3
            + Math.min(
                bestCost(shorterReference, hypothesis), bestCost(reference, shorterHypothesis)));
  }

  @Test
  void prefersInsertionToDeletionAtTheLastStepOfATie() {
    // a b c against c a b: 3 substitutions cost 12, one deletion and one insertion 6.
    assertThat(Alignment.of(List.of("a", "b", "c"), List.of("c", "a", "b")).steps())
        .containsExactly(INSERTION, CORRECT, CORRECT, DELETION);
    assertThat(Alignment.of(List.of("x", "a"), List.of("a", "y")).steps())
        .containsExactly(DELETION, CORRECT, INSERTION);
  }

  @Test
  void alignsFarApartSentencesBySubstitutionsThenGaps() {
    assertThat(Alignment.of(List.of("a", "b"), List.of("x")).steps())
        .containsExactly(DELETION, SUBSTITUTION);
    assertThat(Alignment.of(List.of(), List.of()).steps()).isEmpty();
  }

  @Test
  void foldsTheCaseOfAsciiLettersOnly() {
    assertThat(Alignment.of(List.of("Zürich", "Äpfel"), List.of("züRICH", "äpfel")).steps())
        .containsExactly(CORRECT, SUBSTITUTION);
  }

  @Test
  void countsAndRateFollowTheSteps() {
    WordErrors errors =
        Alignment.of(List.of("a", "b", "c", "d"), List.of("a", "x", "c", "d", "e")).errors();
    assertThat(errors).isEqualTo(new WordErrors(4, 3, 1, 0, 1));
    assertThat(errors.percent()).isEqualTo(50.0);
    assertThat(errors.plus(WordErrors.NONE)).isEqualTo(errors);
    assertThat(WordErrors.NONE.percent()).isNaN();
  }

  @Test
  void countsThatDoNotAddUpAreRefused() {
    assertThatThrownBy(() -> new WordErrors(4, 3, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "4 reference words are not the sum of 3 correct, 0 substitutions and 0 deletions");
  }
}
