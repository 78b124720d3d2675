package org.bitlattice.jobs.job;

import java.util.List;

/**
 * What the folder of a stage says about it.
 *
 * @param kind whether the stage is finished, begun or neither
 * @param differences how the inputs of what lies there differ from what is asked for now
 */
public record StageStatus(Kind kind, List<String> differences) {
  /** How far a stage is. */
  public enum Kind {
    /** Nothing is there. */
    ABSENT,
    /** The stage was begun and not finished. */
    BEGUN,
    /** The stage is complete. */
    COMPLETE
  }

  /** Whether what lies there was computed from other inputs. */
  public boolean differs() {
    return !differences.isEmpty();
  }
}
