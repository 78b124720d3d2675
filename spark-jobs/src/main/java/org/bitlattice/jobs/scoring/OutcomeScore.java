package org.bitlattice.jobs.scoring;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.WordErrors;

/**
 * Word errors of an outcome and its comparison with another.
 *
 * @param errors all errors
 * @param utterances errors of each utterance
 * @param versus name of the other outcome, or null
 * @param test the comparison, or null
 */
record OutcomeScore(
    WordErrors errors, List<UtteranceErrorsRow> utterances, String versus, MapssweResult test)
    implements Serializable {}
