package org.bitlattice.jobs.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.jobs.rescoring.WeightsChoice;
import org.bitlattice.report.SpeakerRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.settings.ScoreSettings;
import org.junit.jupiter.api.Test;

class OutcomeScoringTest {
  private static final ScoreSettings SETTINGS =
      new ScoreSettings("fp32", 0.05, 0.3, 200, "^([^-_]+)");
  private static final OutcomeScoring SCORING = OutcomeScoring.of(SETTINGS, 7);

  private static TrnFile trn(String... sentences) {
    List<Utterance> utterances = new ArrayList<>();
    for (String sentence : sentences) {
      List<String> words = sentence.isEmpty() ? List.of() : List.of(sentence.split(" "));
      utterances.add(new Utterance("ann-" + utterances.size(), words));
    }
    return TrnFile.of(utterances, "x.trn");
  }

  private static Outcome outcome(String system, TrnFile hypotheses) {
    return new Outcome(system, "dev", WeightsChoice.TUNED, hypotheses);
  }

  private static WerRow row(TrnFile reference, Outcome outcome, Outcome versus) {
    OutcomeScore score =
        SCORING.score(
            outcome,
            ScoredTranscript.of(reference, outcome.hypotheses()),
            versus,
            versus == null ? null : ScoredTranscript.of(reference, versus.hypotheses()));
    return WerRows.of(outcome, score, Optional.empty(), SETTINGS);
  }

  @Test
  void anEqualSystemIsLosslessAgainstTheBaselineAndNothingElseIsJudged() {
    TrnFile reference = trn("a b c", "d e");
    Outcome baseline = outcome("fp32", trn("a b x", "d e"));
    Outcome other = outcome("ptq-2", trn("a b y", "d e"));
    WerRow row = row(reference, other, baseline);
    assertThat(row.lossless()).contains(true);
    assertThat(row.versus()).contains("fp32 (tuned)");
    assertThat(row.werIncreasePercent()).hasValue(0);
    assertThat(row.bootstrapIncreaseLowPercent()).hasValue(0);
    assertThat(row(reference, baseline, other).lossless()).isEmpty();
    WerRow alone = row(reference, baseline, null);
    assertThat(alone.lossless()).isEmpty();
    assertThat(alone.bootstrapLowPercent()).hasValue(0);
    assertThat(alone.bootstrapHighPercent()).isPresent();
    assertThat(alone.werIncreasePercent()).isEmpty();
  }

  @Test
  void aWorseSystemIsNotLossless() {
    TrnFile reference = trn("a", "b", "c", "d");
    WerRow row =
        row(
            reference,
            outcome("ptq-2", trn("x", "x", "x", "d")),
            outcome("fp32", trn("a", "b", "c", "d")));
    assertThat(row.werIncreasePercent()).hasValue(75);
    assertThat(row.lossless()).contains(false);
    assertThat(row.significant()).isTrue();
    assertThat(row.probabilityOfImprovement()).hasValue(0);
  }

  @Test
  void referencesWithoutWordsAreCountedButNotCompared() {
    TrnFile silent = trn("", "");
    Outcome outcome = outcome("ptq-2", trn("a", ""));
    WerRow row = row(silent, outcome, outcome("fp32", trn("", "")));
    assertThat(row.insertions()).isEqualTo(1);
    assertThat(row.werPercent()).isNaN();
    assertThat(row.versus()).isEmpty();
    assertThat(row.lossless()).isEmpty();
    assertThat(row.bootstrapLowPercent()).isEqualTo(OptionalDouble.empty());
    List<SpeakerRow> speakers =
        SCORING
            .score(outcome, ScoredTranscript.of(silent, outcome.hypotheses()), null, null)
            .speakers();
    assertThat(speakers).hasSize(1);
    assertThat(speakers.get(0).speaker()).isEqualTo("ann");
    assertThat(speakers.get(0).wrongSentences()).isEqualTo(1);
  }
}
