package org.bitlattice.run;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * Independent random streams from one seed. A stream is named by what it is for and by numbers such
 * as a round or a sample, so that a result never depends on the order in which streams are used.
 *
 * @param seed the experiment's seed
 */
public record Seeds(long seed) implements Serializable {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * Seed of the stream with a name and numbers; equal arguments give equal seeds on every machine.
   * Bytes of the name and of the numbers are mixed by FNV-1a and finished by the mixing function of
   * SplitMix64 (Steele, Lea and Flood 2014).
   */
  public long stream(String name, long... numbers) {
    long hash = FNV_OFFSET ^ mix(seed);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    for (long number : numbers) {
      hash = mix(hash ^ number) * FNV_PRIME;
    }
    return mix(hash);
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
