package org.bitlattice.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/**
 * One result in a history. A folder whose experiment was computed again has the same name and
 * another digest.
 *
 * @param run name of the run's folder
 * @param resultDigest SHA-256 of the record of its stage {@code score}
 */
public record RunKey(String run, String resultDigest) {
  /** How the schedule script names a run. */
  private static final DateTimeFormatter SCHEDULED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss'Z'").withResolverStyle(ResolverStyle.STRICT);

  /** The time of its first start, where the run's name tells it. */
  public Optional<Instant> scheduledStart() {
    try {
      return Optional.of(LocalDateTime.parse(run, SCHEDULED).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
