package org.bitlattice.it.scaling;

/**
 * A cluster to simulate.
 *
 * @param executors number of executors
 * @param cores cores, and so tasks at a time, of each
 * @param driver the driver
 * @param network the links
 */
record ClusterModel(int executors, int cores, Driver driver, Network network) {
  /**
   * What the driver does one after the other.
   *
   * @param launchSeconds to choose, write and send one task
   * @param resultThreads threads that fetch and read results ({@code spark.resultGetter.threads})
   */
  record Driver(double launchSeconds, int resultThreads) {
    Driver {
      if (!(launchSeconds >= 0) || resultThreads < 1) {
        throw new IllegalArgumentException(
            "a driver that needs %s s for a task and has %d threads for results; allowed are at least 0 s and 1 thread"
                .formatted(launchSeconds, resultThreads));
      }
    }
  }

  ClusterModel {
    if (executors < 1 || cores < 1) {
      throw new IllegalArgumentException(
          "a cluster of %d executors with %d cores each; it must have at least 1 of both"
              .formatted(executors, cores));
    }
  }

  int slots() {
    return executors * cores;
  }

  ClusterModel withExecutors(int other) {
    return new ClusterModel(other, cores, driver, network);
  }

  ClusterModel with(Driver other) {
    return new ClusterModel(executors, cores, other, network);
  }

  ClusterModel with(Network other) {
    return new ClusterModel(executors, cores, driver, other);
  }
}
