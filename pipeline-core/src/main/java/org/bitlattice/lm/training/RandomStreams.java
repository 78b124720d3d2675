package org.bitlattice.lm.training;

/** Seeds derived from one seed and the place in the run where a random stream is needed. */
public final class RandomStreams {
  private static final ThreadLocal<Long> DROPOUT = ThreadLocal.withInitial(() -> 0L);

  private RandomStreams() {}

  /** A seed that depends on every argument and on their order. */
  public static long derive(long seed, long... place) {
    long mixed = mix(seed);
    for (long part : place) {
      mixed = mix(mixed ^ mix(part + 0x9E3779B97F4A7C15L));
    }
    return mixed;
  }

  /** The finaliser of SplitMix64 (Steele et al., 2014). */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Sets the seed of dropout for the minibatch that the calling thread is about to fit. */
  public static void seedDropout(long seed) {
    DROPOUT.set(seed);
  }

  static long dropoutSeed() {
    return DROPOUT.get();
  }
}
