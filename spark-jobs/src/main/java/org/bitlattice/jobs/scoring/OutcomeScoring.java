package org.bitlattice.jobs.scoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.bitlattice.report.SpeakerRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.scoring.Alignment;
import org.bitlattice.scoring.AlignmentListing;
import org.bitlattice.scoring.Bootstrap;
import org.bitlattice.scoring.BootstrapComparison;
import org.bitlattice.scoring.BootstrapInterval;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.SpeakerErrors;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.WerIncrease;
import org.bitlattice.scoring.WordErrors;
import org.bitlattice.settings.ScoreSettings;

/**
 * Scores one outcome in a task.
 *
 * @param speaker pattern of speakers
 * @param draws draws of the bootstrap intervals, 0 for none
 * @param seed seed of the draws: the same for all outcomes, so that all are drawn alike
 */
record OutcomeScoring(String speaker, int draws, long seed) implements Serializable {
  static OutcomeScoring of(ScoreSettings settings, long seed) {
    return new OutcomeScoring(settings.speaker(), settings.bootstrapDraws(), seed);
  }

  /** The score, and the alignments for people to read. */
  record Scored(OutcomeScore score, String listing) {}

  /**
   * @param versus what the outcome is compared with, or null
   */
  Scored score(TrnFile reference, Outcome outcome, Outcome versus) {
    ScoredTranscript scored = ScoredTranscript.of(reference, outcome.hypotheses());
    BootstrapInterval interval = null;
    OutcomeScore.Versus comparison = null;
    if (versus != null) {
      ScoredTranscript other = ScoredTranscript.of(reference, versus.hypotheses());
      BootstrapComparison drawn =
          draws == 0 ? null : Bootstrap.compare(scored, other, draws, new SplittableRandom(seed));
      MapssweResult test = Mapsswe.compare(scored, other);
      interval = drawn == null ? null : drawn.system();
      comparison =
          new OutcomeScore.Versus(
              versus.name(),
              test,
              WerIncrease.of(test, scored.errors().referenceWords()),
              drawn == null ? null : drawn.difference());
    } else if (draws > 0) {
      interval = Bootstrap.of(scored, draws, new SplittableRandom(seed));
    }
    return new Scored(
        new OutcomeScore(
            scored.errors(),
            utterances(scored, outcome),
            speakers(scored, outcome),
            interval,
            comparison),
        AlignmentListing.of(scored, reference, outcome.hypotheses()));
  }

  private static List<UtteranceErrorsRow> utterances(ScoredTranscript scored, Outcome outcome) {
    List<UtteranceErrorsRow> rows = new ArrayList<>();
    for (Map.Entry<String, Alignment> entry : scored.alignments().entrySet()) {
      WordErrors errors = entry.getValue().errors();
      rows.add(
          new UtteranceErrorsRow(
              outcome.system(),
              outcome.set(),
              outcome.weights().written(),
              entry.getKey(),
              errors.referenceWords(),
              errors.correct(),
              errors.substitutions(),
              errors.deletions(),
              errors.insertions(),
              String.join(" ", outcome.hypotheses().words(entry.getKey()))));
    }
    return rows;
  }

  private List<SpeakerRow> speakers(ScoredTranscript scored, Outcome outcome) {
    List<SpeakerRow> rows = new ArrayList<>();
    for (SpeakerErrors own : SpeakerErrors.of(scored, Pattern.compile(speaker))) {
      WordErrors errors = own.errors();
      rows.add(
          new SpeakerRow(
              outcome.system(),
              outcome.set(),
              outcome.weights().written(),
              own.speaker(),
              own.sentences(),
              own.wrongSentences(),
              errors.referenceWords(),
              errors.correct(),
              errors.substitutions(),
              errors.deletions(),
              errors.insertions(),
              errors.percent()));
    }
    return rows;
  }
}
