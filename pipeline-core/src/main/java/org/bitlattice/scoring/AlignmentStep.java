package org.bitlattice.scoring;

/** What one step of an {@link Alignment} does with a reference word, a hypothesis word or both. */
public enum AlignmentStep {
  /** Reference and hypothesis word are the same, ASCII case aside. */
  CORRECT,
  /** A reference word stands against another hypothesis word. */
  SUBSTITUTION,
  /** A reference word without a hypothesis word. */
  DELETION,
  /** A hypothesis word without a reference word. */
  INSERTION;

  /** Whether the step takes a reference word. */
  public boolean takesReference() {
    return this != INSERTION;
  }

  /** Whether the step takes a hypothesis word. */
  public boolean takesHypothesis() {
    return this != DELETION;
  }

  /** Whether the step counts as a word error. */
  public boolean isError() {
    return this != CORRECT;
  }
}
