package org.bitlattice.jobs.job;

import java.util.Locale;

/** The commands that run stages, in the order of an experiment. */
public enum StageCommand {
  PREPARE("Counts words, makes the vocabulary and cuts the text into segments (folder corpus/)."),
  TRAIN(
      "Trains the full-precision model that all systems start from, or takes that of baseline.import (folder baseline/)."),
  SENSITIVITY(
      "Measures how much the model suffers from each tensor at each precision, by KL divergence or"
          + " Hessian traces, or searches for precisions by gradients (folder sensitivity/)."),
  ALLOCATE(
      "Chooses the precision of every tensor under each system's budget (folder assignments/)."),
  QUANTIZE("Makes each system's low-bit model: table fit or ADMM (folder systems/)."),
  RESCORE(
      "Takes the hypotheses out of the lattices and rescores them with each system's model; score"
          + " weights are tuned on the tuning set (folders hypotheses/ and rescored/)."),
  SCORE("Counts word errors and tests differences for significance (folder scores/)."),
  REPORT("Writes the summary page (folder report/).");

  private final String description;

  StageCommand(String description) {
    this.description = description;
  }

  /** Name on the command line. */
  public String written() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the command does and where its results lie, for the help text. */
  public String description() {
    return description;
  }
}
