package org.bitlattice.scoring;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Transcripts of four speakers that the tests of tables and listings share. */
final class InventedTranscripts {
  static final TrnFile REFERENCE =
      trn(
          """
          so yes (ann-1)
          no (bob_1)
          well then we can go home now (ann-2)
          the red one not the blue one (cid-7)
          maybe later (bob_2)
          i would say that is fine (dora_1)
          right (dora_2)
          """,
          "ref.trn");

  static final TrnFile HYPOTHESIS =
      trn(
          """
          so less yes (ann-1)
          no (bob_1)
          bell when we can home now (ann-2)
          the red one not the the blue gun (cid-7)
          may be later (bob_2)
          i said that is fine too (dora_1)
          right (dora_2)
          """,
          "hyp.trn");

  static final ScoredTranscript SCORED = ScoredTranscript.of(REFERENCE, HYPOTHESIS);

  private InventedTranscripts() {}

  private static TrnFile trn(String text, String name) {
    try {
      return TrnFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
