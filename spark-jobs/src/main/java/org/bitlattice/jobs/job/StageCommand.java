package org.bitlattice.jobs.job;

import java.util.Locale;

/** The commands that run stages, in the order of an experiment. */
public enum StageCommand {
  PREPARE,
  TRAIN,
  SENSITIVITY,
  ALLOCATE,
  QUANTIZE,
  RESCORE,
  SCORE,
  REPORT;

  /** Name on the command line. */
  public String written() {
    return name().toLowerCase(Locale.ROOT);
  }
}
