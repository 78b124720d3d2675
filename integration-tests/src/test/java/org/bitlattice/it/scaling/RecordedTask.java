package org.bitlattice.it.scaling;

/**
 * A task that succeeded. Times are seconds on the driver's clock, from any origin.
 *
 * @param executor where it ran
 * @param launched when the driver sent it
 * @param sent when the driver heard that it was done: the executor's core is free then
 * @param received when its result had been fetched and read by the driver; a small result comes
 *     with the message, so that this is {@code sent}
 * @param computedSeconds time in the task itself: reading it, running it, writing its result
 * @param bytes what it moved
 */
record RecordedTask(
    String executor,
    double launched,
    double sent,
    double received,
    double computedSeconds,
    Bytes bytes) {
  /**
   * Bytes that a task moved.
   *
   * @param result its result, as the driver gets it
   * @param input read from files or cached blocks
   * @param shuffleRead read from other tasks
   * @param shuffleWritten written for other tasks
   */
  record Bytes(long result, long input, long shuffleRead, long shuffleWritten) {}

  /** How long it held a core, its way to the executor and back included. */
  double coreSeconds() {
    return sent - launched;
  }

  /** How long a thread of the driver took to fetch and read the result. */
  double fetchSeconds() {
    return received - sent;
  }
}
