package org.bitlattice.it.scaling;

/**
 * A task that succeeded. Times are seconds on the driver's clock, from any origin.
 *
 * @param executor where it ran
 * @param launched when the driver sent it
 * @param sent when the driver heard that it was done: the executor's core is free then
 * @param received when its result had been fetched and read by the driver; a small result comes
 *     with the message, so that this is {@code sent}
 * @param computed time in the task itself
 * @param bytes what it moved
 */
record RecordedTask(
    String executor,
    double launched,
    double sent,
    double received,
    Computed computed,
    Bytes bytes) {
  /**
   * Time in the task itself: reading and running it.
   *
   * @param seconds by the clock, with writing the result
   * @param processorSeconds of its thread on a processor: what is left when others take it away
   */
  record Computed(double seconds, double processorSeconds) {}

  /**
   * Bytes that a task moved.
   *
   * @param result its result, as the driver gets it
   * @param input read from files or cached blocks
   * @param shuffleRead read from other tasks
   * @param shuffleWritten written for other tasks
   */
  record Bytes(long result, long input, long shuffleRead, long shuffleWritten) {
    Bytes times(int times) {
      return new Bytes(times * result, times * input, times * shuffleRead, times * shuffleWritten);
    }
  }

  /** The same task on a core that it need not share, and that never waits. */
  RecordedTask byProcessorTime() {
    double end = launched + Math.min(coreSeconds(), computed.processorSeconds());
    return new RecordedTask(executor, launched, end, end + fetchSeconds(), computed, bytes);
  }

  /**
   * The same task on a core of another speed; the driver takes its result as fast as before.
   *
   * @param seconds what a second of the recorded core becomes
   */
  RecordedTask inSeconds(double seconds) {
    double end = launched + seconds * coreSeconds();
    return new RecordedTask(
        executor,
        launched,
        end,
        end + fetchSeconds(),
        new Computed(seconds * computed.seconds(), computed.processorSeconds()),
        bytes);
  }

  /** The same work with a share of the result, which the driver takes in a share of the time. */
  RecordedTask withPartOfResult(int parts) {
    RecordedTask.Bytes less =
        new Bytes(
            bytes.result() / parts, bytes.input(), bytes.shuffleRead(), bytes.shuffleWritten());
    return new RecordedTask(
        executor, launched, sent, sent + fetchSeconds() / parts, computed, less);
  }

  /** A task with so many times the work and the result. */
  RecordedTask lengthened(int times) {
    double end = launched + times * coreSeconds();
    return new RecordedTask(
        executor,
        launched,
        end,
        end + times * fetchSeconds(),
        new Computed(times * computed.seconds(), times * computed.processorSeconds()),
        bytes.times(times));
  }

  /** How long it held a core, its way to the executor and back included. */
  double coreSeconds() {
    return sent - launched;
  }

  /** How long a thread of the driver took to fetch and read the result. */
  double fetchSeconds() {
    return received - sent;
  }
}
