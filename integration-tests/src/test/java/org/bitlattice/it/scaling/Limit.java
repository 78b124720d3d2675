package org.bitlattice.it.scaling;

/** What a simulated job, or the time before it, waits for most. */
enum Limit {
  DRIVER("the driver's own work between jobs"),
  WORK("cores: all are busy"),
  FEW_TASKS("too few or too uneven tasks"),
  LAUNCHING("the driver launching tasks"),
  BROADCAST("broadcasts"),
  RESULTS("the driver taking results");

  private final String words;

  Limit(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
