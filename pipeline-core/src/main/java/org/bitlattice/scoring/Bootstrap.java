package org.bitlattice.scoring;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Bootstrap confidence intervals of word error rates (M. Bisani and H. Ney, "Bootstrap estimates
 * for confidence intervals in ASR performance evaluation", ICASSP 2004): as many utterances as
 * there are are drawn with replacement, again and again; the word error rates of the draws show how
 * far chance in the choice of utterances moves the rate. Two systems are compared on the same
 * draws. Utterances are taken to be independent. The intervals are those between the 2.5 % and the
 * 97.5 % quantile, by the nearest rank outwards.
 */
public final class Bootstrap {
  /** Fewest draws that can be asked for. */
  public static final int FEWEST_DRAWS = 100;

  /** Most draws that can be asked for. */
  public static final int MOST_DRAWS = 1_000_000;

  private final long[] words;
  private final long[] errors;
  private final long[] other;

  private Bootstrap(long[] words, long[] errors, long[] other) {
    this.words = words;
    this.errors = errors;
    this.other = other;
  }

  /**
   * The interval of one system.
   *
   * @param draws at least 100
   * @throws IllegalArgumentException when there is no reference word, or the number of draws is not
   *     from 100 to {@value #MOST_DRAWS}
   */
  public static BootstrapInterval of(ScoredTranscript system, int draws, RandomGenerator random) {
    long[] errors = errors(system);
    return new Bootstrap(words(system), errors, errors).drawn(draws, random)[0];
  }

  /**
   * The intervals of a system's word error rate and of its difference from another's.
   *
   * @param draws at least 100
   * @throws IllegalArgumentException as {@link #of}, and when the two were scored on different
   *     utterances
   */
  public static BootstrapComparison compare(
      ScoredTranscript system, ScoredTranscript versus, int draws, RandomGenerator random) {
    if (!List.copyOf(system.alignments().keySet())
        .equals(List.copyOf(versus.alignments().keySet()))) {
      throw new IllegalArgumentException(
          "the two systems were scored on different utterances (%d and %d); a comparison needs the same reference for both"
              .formatted(system.sentences(), versus.sentences()));
    }
    Bootstrap bootstrap = new Bootstrap(words(system), errors(system), errors(versus));
    double[] better = new double[1];
    BootstrapInterval[] intervals = bootstrap.drawn(draws, random, better);
    return new BootstrapComparison(intervals[0], intervals[1], better[0]);
  }

  private static long[] words(ScoredTranscript system) {
    return system.alignments().values().stream()
        .mapToLong(alignment -> alignment.errors().referenceWords())
        .toArray();
  }

  private static long[] errors(ScoredTranscript system) {
    return system.alignments().values().stream()
        .mapToLong(alignment -> alignment.errors().errors())
        .toArray();
  }

  private BootstrapInterval[] drawn(int draws, RandomGenerator random) {
    return drawn(draws, random, new double[1]);
  }

  private BootstrapInterval[] drawn(int draws, RandomGenerator random, double[] better) {
    if (draws < FEWEST_DRAWS || draws > MOST_DRAWS) {
      throw new IllegalArgumentException(
          "%d bootstrap draws are not possible: allowed are %d to %d"
              .formatted(draws, FEWEST_DRAWS, MOST_DRAWS));
    }
    if (Arrays.stream(words).sum() == 0) {
      throw new IllegalArgumentException("0 reference words: a word error rate needs at least 1");
    }
    double[] rates = new double[draws];
    double[] differences = new double[draws];
    long improved = 0;
    for (int draw = 0; draw < draws; draw++) {
      long[] sums = draw(random);
      rates[draw] = 100.0 * sums[1] / sums[0];
      differences[draw] = 100.0 * (sums[1] - sums[2]) / sums[0];
      improved += sums[1] < sums[2] ? 1 : 0;
    }
    better[0] = (double) improved / draws;
    return new BootstrapInterval[] {interval(rates), interval(differences)};
  }

  /** Reference words, errors and the other system's errors of one draw that has any words. */
  private long[] draw(RandomGenerator random) {
    long[] sums = new long[3];
    while (sums[0] == 0) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < words.length; i++) {
        int utterance = random.nextInt(words.length);
        sums[0] += words[utterance];
        sums[1] += errors[utterance];
        sums[2] += other[utterance];
      }
    }
    return sums;
  }

  private static BootstrapInterval interval(double[] values) {
    Arrays.sort(values);
    int last = values.length - 1;
    return new BootstrapInterval(
        values[(int) Math.floor(0.025 * last)], values[(int) Math.ceil(0.975 * last)]);
  }
}
