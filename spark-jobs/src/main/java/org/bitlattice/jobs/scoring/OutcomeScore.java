package org.bitlattice.jobs.scoring;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.report.SpeakerRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.scoring.BootstrapComparison;
import org.bitlattice.scoring.BootstrapInterval;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.WerIncrease;
import org.bitlattice.scoring.WordErrors;

/**
 * Word errors of an outcome and its comparison with another.
 *
 * @param errors all errors
 * @param utterances errors of each utterance
 * @param speakers errors of each speaker
 * @param interval bootstrap interval of the word error rate; null without draws or words
 * @param versus the comparison; null where there is none
 */
record OutcomeScore(
    WordErrors errors,
    List<UtteranceErrorsRow> utterances,
    List<SpeakerRow> speakers,
    BootstrapInterval interval,
    Versus versus)
    implements Serializable {
  /**
   * A comparison.
   *
   * @param system system of the other outcome
   * @param name name of the other outcome
   * @param test the matched-pair test
   * @param increase of the word error rate
   * @param drawn both on the same bootstrap draws; null without draws
   */
  record Versus(
      String system,
      String name,
      MapssweResult test,
      WerIncrease increase,
      BootstrapComparison drawn)
      implements Serializable {}
}
