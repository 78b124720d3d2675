package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SpeakerErrorsTest {
  private static final TrnFile REFERENCE =
      TrnFile.of(
          List.of(
              new Utterance("ann-1", List.of("so", "yes")),
              new Utterance("bob_1", List.of("no")),
              new Utterance("ann-2", List.of("well", "then"))),
          "ref.trn");
  private static final TrnFile HYPOTHESIS =
      TrnFile.of(
          List.of(
              new Utterance("ann-1", List.of("so", "less", "yes")),
              new Utterance("bob_1", List.of("no")),
              new Utterance("ann-2", List.of("bell"))),
          "hyp.trn");
  private static final ScoredTranscript SCORED = ScoredTranscript.of(REFERENCE, HYPOTHESIS);

  @Test
  void countsAreAddedUpBySpeaker() {
    assertThat(SpeakerErrors.of(SCORED, Pattern.compile(SpeakerErrors.USUAL_PATTERN)))
        .containsExactly(
            new SpeakerErrors("ann", 2, 2, new WordErrors(4, 2, 1, 1, 1)),
            new SpeakerErrors("bob", 1, 0, new WordErrors(1, 1, 0, 0, 0)));
    assertThat(SpeakerErrors.of(SCORED, Pattern.compile("(\\d)$")))
        .extracting(SpeakerErrors::speaker, SpeakerErrors::sentences)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("1", 2),
            org.assertj.core.groups.Tuple.tuple("2", 1));
  }

  @Test
  void aPatternThatFindsNoSpeakerIsRefused() {
    assertThatThrownBy(() -> SpeakerErrors.of(SCORED, Pattern.compile("([A-Z]+)")))
        .hasMessage("the pattern ([A-Z]+) finds no speaker in the utterance id ann-1");
    assertThatThrownBy(() -> SpeakerErrors.of(SCORED, Pattern.compile("[a-z]+")))
        .hasMessage("the pattern [a-z]+ has no group; its first group is the speaker");
  }

  @Test
  void theListingShowsWordsAboveEachOther() {
    assertThat(AlignmentListing.of(SCORED, REFERENCE, HYPOTHESIS))
        .isEqualTo(
            """
            id: (ann-1)
            Scores: (#C #S #D #I) 2 0 0 1
            REF:  so **** yes
            HYP:  so LESS yes
            Eval:    I

            id: (bob_1)
            Scores: (#C #S #D #I) 1 0 0 0
            REF:  no
            HYP:  no
            Eval:

            id: (ann-2)
            Scores: (#C #S #D #I) 0 1 1 0
            REF:  WELL THEN
            HYP:  **** BELL
            Eval: D    S

            """);
  }
}
