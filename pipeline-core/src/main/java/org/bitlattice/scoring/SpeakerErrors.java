package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * Word errors of one speaker, a row of a {@link SpeakerTable}.
 *
 * @param speaker name
 * @param sentences utterances
 * @param wrongSentences utterances with at least one error
 * @param errors counts over them
 */
public record SpeakerErrors(String speaker, int sentences, int wrongSentences, WordErrors errors)
    implements Serializable {

  /** The counts of both together, under the name of this one. */
  SpeakerErrors plus(SpeakerErrors more) {
    return new SpeakerErrors(
        speaker,
        sentences + more.sentences,
        wrongSentences + more.wrongSentences,
        errors.plus(more.errors));
  }
}
