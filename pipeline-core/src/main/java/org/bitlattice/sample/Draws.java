package org.bitlattice.sample;

import java.util.SplittableRandom;

/** Random choices that keep the sum of their log probabilities. */
final class Draws {
  private final SplittableRandom random;
  private double ln;

  Draws(SplittableRandom random) {
    this.random = random;
  }

  /** Natural logarithm of the probability of all choices so far. */
  double ln() {
    return ln;
  }

  /** True with the given probability. */
  boolean happens(double probability) {
    boolean yes = random.nextDouble() < probability;
    ln += StrictMath.log(yes ? probability : 1 - probability);
    return yes;
  }

  /** 0 to size − 1, equally likely. */
  int uniform(int size) {
    ln -= StrictMath.log(size);
    return random.nextInt(size);
  }

  /** 0 to size − 1, the r-th with a weight of 1/(r + 1), as ranks of words are. */
  int ranked(int size) {
    double total = 0;
    for (int r = 0; r < size; r++) {
      total += 1.0 / (r + 1);
    }
    double left = random.nextDouble() * total;
    int rank = 0;
    while (rank < size - 1 && left >= 1.0 / (rank + 1)) {
      left -= 1.0 / (rank + 1);
      rank++;
    }
    ln += StrictMath.log(1.0 / (rank + 1) / total);
    return rank;
  }

  /** One of several words, equally likely. */
  String one(String... words) {
    return words[uniform(words.length)];
  }

  /** A standard normal number (Box and Muller); not counted, for noise only. */
  double gaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
  }
}
