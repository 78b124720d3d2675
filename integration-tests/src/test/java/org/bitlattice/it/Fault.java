package org.bitlattice.it;

/** What the tests do to a run, in the order of the table. */
enum Fault {
  EXECUTOR_KILLED("`kill -9` of an executor"),
  WORKER_KILLED("`kill -9` of a worker with its executor"),
  DRIVER_KILLED("`kill -9` of the driver, then the same command"),
  TASKS_TWICE("speculation: tasks run twice"),
  CHECKPOINT_DAMAGED("damaged checkpoint"),
  SECOND_RUN("second run on the same folder"),
  STORAGE_FULL("full storage, then room again"),
  READ_ONLY("output that must not be written");

  private final String words;

  Fault(String words) {
    this.words = words;
  }

  /** How the table calls it. */
  String words() {
    return words;
  }
}
