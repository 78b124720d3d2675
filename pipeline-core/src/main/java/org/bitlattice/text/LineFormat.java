package org.bitlattice.text;

/** What a line of a text corpus holds; words are separated by white space. */
public enum LineFormat {
  /** {@code word word …} */
  WORDS,
  /** {@code utterance-id word word …}: the first field names the sentence and is not a word. */
  ID_AND_WORDS
}
