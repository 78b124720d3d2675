package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Oracle of the figures: what {@code sclite -i swb -o sum rsum} prints for the same transcripts.
 */
class SpeakerTableTest {
  private static final SpeakerTable TABLE =
      SpeakerTable.of(InventedTranscripts.SCORED, Pattern.compile(SpeakerTable.USUAL_PATTERN));

  @Test
  void countsAreThoseOfSclite() {
    assertThat(TABLE.speakers())
        .containsExactly(
            new SpeakerErrors("ann", 2, 2, new WordErrors(9, 6, 2, 1, 1)),
            new SpeakerErrors("bob", 2, 1, new WordErrors(3, 2, 1, 0, 1)),
            new SpeakerErrors("cid", 1, 1, new WordErrors(7, 6, 1, 0, 1)),
            new SpeakerErrors("dora", 2, 1, new WordErrors(7, 5, 1, 1, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "sentences, 1.8, 0.5, 2.0",
    "words, 6.5, 2.5, 7.0",
    "errors, 2.8, 1.0, 2.5",
    "percent, 45.6, 15.7, 43.7"
  })
  void meanDeviationAndMedianAreThoseOfSclite(
      String figure, String mean, String deviation, String median) {
    ToDoubleFunction<SpeakerErrors> column =
        switch (figure) {
          case "sentences" -> SpeakerErrors::sentences;
          case "words" -> row -> row.errors().referenceWords();
          case "errors" -> row -> row.errors().errors();
          default -> row -> row.errors().percent();
        };
    SpeakerSpread spread = TABLE.spread(column);
    assertThat(spread.speakers()).isEqualTo(4);
    assertThat(
            List.of(
                rounded(spread.mean()),
                rounded(spread.standardDeviation()),
                rounded(spread.median())))
        .containsExactly(mean, deviation, median);
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  @Test
  void anyPatternMayFindTheSpeaker() {
    assertThat(SpeakerTable.of(InventedTranscripts.SCORED, Pattern.compile("(\\d)$")).speakers())
        .extracting(SpeakerErrors::speaker, SpeakerErrors::sentences)
        .containsExactly(tuple("1", 3), tuple("2", 3), tuple("7", 1));
    Pattern second = Pattern.compile("^[^_]+_([^_]+)_");
    assertThat(SpeakerTable.speaker("M01_FX7_0001_0002", second)).isEqualTo("FX7");
    Pattern usual = Pattern.compile(SpeakerTable.USUAL_PATTERN);
    assertThat(List.of("A-b_c", "A_b-c", "Abc"))
        .extracting(id -> SpeakerTable.speaker(id, usual))
        .containsExactly("A", "A", "Abc");
  }

  @Test
  void theSpreadOfOneSpeakerHasNoDeviationAndSpeakersWithoutWordsNoRate() {
    TrnFile silent =
        TrnFile.of(
            List.of(new Utterance("a-1", List.of()), new Utterance("b-1", List.of("x"))), "r");
    SpeakerSpread spread =
        SpeakerTable.of(
                ScoredTranscript.of(silent, silent), Pattern.compile(SpeakerTable.USUAL_PATTERN))
            .spread(row -> row.errors().percent());
    assertThat(spread).isEqualTo(new SpeakerSpread(1, 0, Double.NaN, 0));
    assertThat(SpeakerSpread.of(new double[0]))
        .isEqualTo(new SpeakerSpread(0, Double.NaN, Double.NaN, Double.NaN));
  }

  @Test
  void aPatternThatFindsNoSpeakerIsRefused() {
    assertThatThrownBy(
            () -> SpeakerTable.of(InventedTranscripts.SCORED, Pattern.compile("([A-Z]+)")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the pattern ([A-Z]+) finds no speaker in the utterance id ann-1; its first group is the speaker");
    assertThatThrownBy(() -> SpeakerTable.speaker("_x", Pattern.compile("^([^-_]*)")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the pattern ^([^-_]*) finds no speaker in the utterance id _x; its first group is the speaker");
    assertThatThrownBy(() -> SpeakerTable.of(InventedTranscripts.SCORED, Pattern.compile("[a-z]+")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the pattern [a-z]+ has no group; its first group is the speaker");
  }
}
