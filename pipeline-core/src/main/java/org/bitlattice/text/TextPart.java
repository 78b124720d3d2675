package org.bitlattice.text;

import java.util.Locale;

/** What the sentences of a text serve for. */
public enum TextPart {
  /** Words are counted in it, and weights trained on it. */
  TRAIN,
  /** Choices are made by it. */
  DEV,
  /** Nothing is chosen by it. */
  EVAL;

  /** Its name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
