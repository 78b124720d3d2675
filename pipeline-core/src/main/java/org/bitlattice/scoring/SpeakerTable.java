package org.bitlattice.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Word errors by speaker, as the table of {@code sclite}. The speaker of an utterance is the first
 * group of a regular expression, found in its id; case matters.
 */
public final class SpeakerTable {
  /**
   * The speaker is what stands before the first {@code -} or {@code _} of an utterance's id, or the
   * whole id where there is neither.
   */
  public static final String USUAL_PATTERN = "^([^-_]+)";

  private final List<SpeakerErrors> speakers;

  private SpeakerTable(List<SpeakerErrors> speakers) {
    this.speakers = speakers;
  }

  /**
   * The table of a system.
   *
   * @param pattern regular expression whose first group is the speaker
   * @throws IllegalArgumentException naming an utterance in which the pattern finds no speaker, or
   *     when the pattern has no group
   */
  public static SpeakerTable of(ScoredTranscript scored, Pattern pattern) {
    Map<String, SpeakerErrors> byName = new TreeMap<>();
    scored
        .alignments()
        .forEach(
            (utterance, alignment) -> {
              String speaker = speaker(utterance, pattern);
              WordErrors errors = alignment.errors();
              int wrong = errors.errors() > 0 ? 1 : 0;
              byName.merge(
                  speaker, new SpeakerErrors(speaker, 1, wrong, errors), SpeakerErrors::plus);
            });
    return new SpeakerTable(List.copyOf(new ArrayList<>(byName.values())));
  }

  /**
   * The speaker of an utterance.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static String speaker(String utterance, Pattern pattern) {
    Matcher matcher = pattern.matcher(utterance);
    if (matcher.groupCount() < 1) {
      throw new IllegalArgumentException(
          "the pattern %s has no group; its first group is the speaker".formatted(pattern));
    }
    if (!matcher.find() || matcher.group(1) == null || matcher.group(1).isEmpty()) {
      throw new IllegalArgumentException(
          "the pattern %s finds no speaker in the utterance id %s; its first group is the speaker"
              .formatted(pattern, utterance));
    }
    return matcher.group(1);
  }

  /** The speakers in the order of their names; unmodifiable. */
  public List<SpeakerErrors> speakers() {
    return speakers;
  }

  /**
   * The spread of a figure over the speakers. Speakers for whom it is NaN, such as the word error
   * rate of one without reference words, do not count.
   */
  public SpeakerSpread spread(ToDoubleFunction<SpeakerErrors> figure) {
    return SpeakerSpread.of(
        speakers.stream().mapToDouble(figure).filter(value -> !Double.isNaN(value)).toArray());
  }
}
