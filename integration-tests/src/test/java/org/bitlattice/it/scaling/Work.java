package org.bitlattice.it.scaling;

/** How much work a cluster is given. */
enum Work {
  /** The same work for every cluster. */
  SAME {
    @Override
    int copies(int executors) {
      return 1;
    }

    @Override
    double efficiency(double one, double seconds, int executors) {
      return one / (executors * seconds);
    }
  },
  /** As much work for each executor as one executor had: data and settings of shards grow. */
  GROWING {
    @Override
    int copies(int executors) {
      return executors;
    }

    @Override
    double efficiency(double one, double seconds, int executors) {
      return one / seconds;
    }
  };

  /** How much more work there is than was recorded. */
  abstract int copies(int executors);

  /**
   * Share of the executors' time that is used as one executor uses it.
   *
   * @param one seconds of one executor with its own work
   * @param seconds seconds of the cluster
   */
  abstract double efficiency(double one, double seconds, int executors);
}
