package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlignmentListingTest {
  private static String listing(TrnFile reference, TrnFile hypothesis) throws IOException {
    StringBuilder out = new StringBuilder();
    AlignmentListing.write(ScoredTranscript.of(reference, hypothesis), reference, hypothesis, out);
    return out.toString();
  }

  private static String listing(List<String> reference, List<String> hypothesis)
      throws IOException {
    return listing(
        TrnFile.of(List.of(new Utterance("u", reference)), "r"),
        TrnFile.of(List.of(new Utterance("u", hypothesis)), "h"));
  }

  /** Lines as {@code sclite -i swb -o pralign} prints them, in the order of the reference. */
  @Test
  void showsWordsAboveEachOtherAsSclite() throws IOException {
    assertThat(listing(InventedTranscripts.REFERENCE, InventedTranscripts.HYPOTHESIS))
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
            Scores: (#C #S #D #I) 4 2 1 0
            REF:  WELL THEN we can GO home now
            HYP:  BELL WHEN we can ** home now
            Eval: S    S           D

            id: (cid-7)
            Scores: (#C #S #D #I) 6 1 0 1
            REF:  the red one not *** the blue ONE
            HYP:  the red one not THE the blue GUN
            Eval:                 I            S

            id: (bob_2)
            Scores: (#C #S #D #I) 1 1 0 1
            REF:  *** MAYBE later
            HYP:  MAY BE    later
            Eval: I   S

            id: (dora_1)
            Scores: (#C #S #D #I) 4 1 1 1
            REF:  i WOULD SAY  that is fine ***
            HYP:  i ***** SAID that is fine TOO
            Eval:   D     S                 I

            id: (dora_2)
            Scores: (#C #S #D #I) 1 0 0 0
            REF:  right
            HYP:  right
            Eval:

            """);
  }

  @Test
  void columnsHoldCapitalsOfAnyLanguageAndEmptyUtterances() throws IOException {
    // A capital may be longer than its letter; characters outside the basic plane take one column.
    assertThat(listing(List.of("größe", "𝄞𝄞", "x"), List.of("ok", "x")))
        .isEqualTo(
            """
            id: (u)
            Scores: (#C #S #D #I) 1 1 1 0
            REF:  GRÖSSE 𝄞𝄞 x
            HYP:  ****** OK x
            Eval: D      S

            """);
    assertThat(listing(List.of(), List.of()))
        .isEqualTo("id: (u)\nScores: (#C #S #D #I) 0 0 0 0\nREF:\nHYP:\nEval:\n\n");
  }
}
