package org.bitlattice.scoring;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A system's hypotheses aligned with the reference, utterance by utterance, in the order of the
 * reference file.
 */
public final class ScoredTranscript {
  private static final int NAMED = 3;

  private final LinkedHashMap<String, Alignment> alignments;

  private ScoredTranscript(LinkedHashMap<String, Alignment> alignments) {
    this.alignments = alignments;
  }

  /**
   * Aligns all utterances.
   *
   * @throws IllegalArgumentException naming both files and some utterances when one of them has
   *     utterances that the other lacks
   */
  public static ScoredTranscript of(TrnFile reference, TrnFile hypothesis) {
    requireAll(reference, hypothesis);
    requireAll(hypothesis, reference);
    LinkedHashMap<String, Alignment> alignments = new LinkedHashMap<>();
    for (Utterance utterance : reference.utterances()) {
      alignments.put(
          utterance.id(), Alignment.of(utterance.words(), hypothesis.words(utterance.id())));
    }
    return new ScoredTranscript(alignments);
  }

  private static void requireAll(TrnFile from, TrnFile in) {
    List<String> missing =
        from.utterances().stream().map(Utterance::id).filter(id -> !in.contains(id)).toList();
    if (!missing.isEmpty()) {
      String named = missing.stream().limit(NAMED).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "%s lacks %d of the %d utterances of %s: %s%s; reference and hypothesis hold the same"
              .concat(" ones")
              .formatted(
                  in.location(),
                  missing.size(),
                  from.size(),
                  from.location(),
                  named,
                  missing.size() > NAMED ? ", ..." : ""));
    }
  }

  /** The alignments by utterance id, in the order of the reference; unmodifiable. */
  public Map<String, Alignment> alignments() {
    return Collections.unmodifiableMap(alignments);
  }

  /** Counts over all utterances. */
  public WordErrors errors() {
    return alignments.values().stream()
        .map(Alignment::errors)
        .reduce(WordErrors.NONE, WordErrors::plus);
  }

  /** Number of utterances. */
  public int sentences() {
    return alignments.size();
  }

  /** Number of utterances with at least one error. */
  public int sentenceErrors() {
    return (int) alignments.values().stream().filter(a -> a.errors().errors() > 0).count();
  }
}
