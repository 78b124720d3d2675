package org.bitlattice.ngram;

/** What a perplexity does with words outside the vocabulary. */
public enum UnknownWords {
  /** Their probability is left out and they are not counted; they still are context. */
  SKIPPED,
  /** They count with the probability of the unknown word. */
  COUNTED
}
