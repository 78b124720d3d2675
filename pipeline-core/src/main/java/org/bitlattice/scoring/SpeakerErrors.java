package org.bitlattice.scoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Word errors of one speaker.
 *
 * @param speaker name
 * @param sentences utterances
 * @param wrongSentences utterances with at least one error
 * @param errors counts over them
 */
public record SpeakerErrors(String speaker, int sentences, int wrongSentences, WordErrors errors)
    implements Serializable {
  /** The speaker is what stands before the first {@code -} or {@code _} of an utterance's id. */
  public static final String USUAL_PATTERN = "^([^-_]+)";

  /**
   * The errors of every speaker, in the order of their names.
   *
   * @param pattern regular expression whose first group, found in an utterance's id, is the speaker
   * @throws IllegalArgumentException naming an utterance in which the pattern finds nothing, or
   *     when the pattern has no group
   */
  public static List<SpeakerErrors> of(ScoredTranscript scored, Pattern pattern) {
    Map<String, SpeakerErrors> speakers = new TreeMap<>();
    scored
        .alignments()
        .forEach(
            (utterance, alignment) -> {
              String speaker = speaker(utterance, pattern);
              WordErrors errors = alignment.errors();
              int wrong = errors.errors() > 0 ? 1 : 0;
              speakers.merge(
                  speaker, new SpeakerErrors(speaker, 1, wrong, errors), SpeakerErrors::plus);
            });
    return new ArrayList<>(speakers.values());
  }

  /** The speaker of an utterance. */
  static String speaker(String utterance, Pattern pattern) {
    Matcher matcher = pattern.matcher(utterance);
    if (matcher.groupCount() < 1) {
      throw new IllegalArgumentException(
          "the pattern %s has no group; its first group is the speaker".formatted(pattern));
    }
    if (!matcher.find() || matcher.group(1) == null || matcher.group(1).isEmpty()) {
      throw new IllegalArgumentException(
          "the pattern %s finds no speaker in the utterance id %s".formatted(pattern, utterance));
    }
    return matcher.group(1);
  }

  private SpeakerErrors plus(SpeakerErrors more) {
    return new SpeakerErrors(
        speaker,
        sentences + more.sentences,
        wrongSentences + more.wrongSentences,
        errors.plus(more.errors));
  }
}
