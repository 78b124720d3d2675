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
import org.bitlattice.scoring.Bootstrap;
import org.bitlattice.scoring.BootstrapComparison;
import org.bitlattice.scoring.BootstrapInterval;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.SpeakerErrors;
import org.bitlattice.scoring.SpeakerTable;
import org.bitlattice.scoring.WerIncrease;
import org.bitlattice.scoring.WordErrors;
import org.bitlattice.settings.ScoreSettings;

/**
 * Scores one outcome in a task.
 *
 * @param speaker pattern of speakers
 * @param draws draws of the bootstrap intervals, 0 for none
 * @param seed seed of the draws: the same for all outcomes, so that all of a set are drawn alike
 */
record OutcomeScoring(String speaker, int draws, long seed) implements Serializable {
  static OutcomeScoring of(ScoreSettings settings, long seed) {
    return new OutcomeScoring(settings.speaker(), settings.bootstrapDraws(), seed);
  }

  /**
   * Scores an outcome. References without any word have no word error rate: then there is neither
   * an interval nor a comparison.
   *
   * @param scored its alignments
   * @param versus what it is compared with, or null
   * @param other alignments of that, or null
   */
  OutcomeScore score(
      Outcome outcome, ScoredTranscript scored, Outcome versus, ScoredTranscript other) {
    WordErrors errors = scored.errors();
    boolean drawn = draws > 0 && errors.referenceWords() > 0;
    BootstrapInterval interval = null;
    OutcomeScore.Versus comparison = null;
    if (versus != null && errors.referenceWords() > 0) {
      BootstrapComparison both =
          drawn ? Bootstrap.compare(scored, other, draws, new SplittableRandom(seed)) : null;
      interval = drawn ? both.system() : null;
      MapssweResult test = Mapsswe.compare(scored, other);
      comparison =
          new OutcomeScore.Versus(
              versus.system(),
              versus.name(),
              test,
              WerIncrease.of(test, errors.referenceWords()),
              both);
    } else if (drawn) {
      interval = Bootstrap.of(scored, draws, new SplittableRandom(seed));
    }
    return new OutcomeScore(
        errors, utterances(scored, outcome), speakers(scored, outcome), interval, comparison);
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
    for (SpeakerErrors own : SpeakerTable.of(scored, Pattern.compile(speaker)).speakers()) {
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
