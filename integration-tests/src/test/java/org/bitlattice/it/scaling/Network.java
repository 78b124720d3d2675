package org.bitlattice.it.scaling;

/**
 * The links between driver and executors: each machine has one of the same speed.
 *
 * @param bytesPerSecond speed of a link in each direction
 * @param latencySeconds delay of a message
 * @param spread how a broadcast reaches the executors
 */
record Network(double bytesPerSecond, double latencySeconds, Spread spread) {
  /** Size of the pieces that Spark cuts broadcasts into ({@code spark.broadcast.blockSize}). */
  static final double PIECE_BYTES = 4 * 1024 * 1024;

  /** How a broadcast reaches the executors. */
  enum Spread {
    /**
     * Who has a piece passes it on: the pieces follow each other down a binomial tree. What Spark's
     * exchange of pieces tends to when executors do not all ask in the same moment.
     */
    EXCHANGED,
    /** Every executor takes its copy from the driver: the worst that can happen. */
    FROM_DRIVER
  }

  Network {
    if (!(bytesPerSecond > 0) || !(latencySeconds >= 0)) {
      throw new IllegalArgumentException(
          "a link of %s bytes/s and %s s; it must be faster than 0, with a latency of at least 0"
              .formatted(bytesPerSecond, latencySeconds));
    }
  }

  Network with(Spread other) {
    return new Network(bytesPerSecond, latencySeconds, other);
  }

  Network with(double otherBytesPerSecond) {
    return new Network(otherBytesPerSecond, latencySeconds, spread);
  }

  /**
   * When an executor has a broadcast, in seconds after the first one asks for it.
   *
   * @param bytes size of the broadcast
   * @param rank place of the executor among those that take it, from 1
   */
  double arrival(long bytes, int rank) {
    if (bytes == 0) {
      return 0;
    }
    if (spread == Spread.FROM_DRIVER) {
      return latencySeconds + rank * bytes / bytesPerSecond;
    }
    // Executors 1, 2–3, 4–7, … are reached by steps 1, 2, 3, … of the tree.
    int steps = 32 - Integer.numberOfLeadingZeros(rank);
    double pieces = Math.max(1, Math.ceil(bytes / PIECE_BYTES));
    double pieceSeconds = bytes / pieces / bytesPerSecond;
    return steps * latencySeconds + (pieces + steps - 1) * pieceSeconds;
  }
}
