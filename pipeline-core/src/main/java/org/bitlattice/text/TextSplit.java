package org.bitlattice.text;

/**
 * Deals the sentences of one text out to training, dev and eval, by their numbers alone. Of every
 * period of P sentences the one in the middle is dev, the last is eval, and the others are
 * training, so that dev and eval are spread over the whole text.
 *
 * @param period P, at least 2
 */
public record TextSplit(long period) {
  /** Most sentences of dev, and of eval: more would cost time and say little more. */
  public static final int MOST_HELD_OUT = 5_000;

  /** Fewest sentences of a text that is split in three. */
  public static final int FEWEST = 100;

  /** Fewest sentences of a text that is held out as a whole. */
  public static final int FEWEST_HELD_OUT = 10;

  private static final int USUAL_PERIOD = 20;

  /**
   * @throws IllegalArgumentException for a period below 2
   */
  public TextSplit {
    if (period < 2) {
      throw new IllegalArgumentException(
          "a period of %d sentences cannot hold one of dev and one of eval; it must be at least 2"
              .formatted(period));
    }
  }

  /**
   * The split of a text into three: every 20th sentence is dev and every 20th eval, or fewer where
   * these would be more than {@value #MOST_HELD_OUT} each.
   *
   * @param sentences sentences of the text
   */
  public static TextSplit of(long sentences) {
    return new TextSplit(Math.max(USUAL_PERIOD, periodOf(sentences)));
  }

  /**
   * The split of a text none of which is for training: every second sentence is dev and every
   * second eval. Where these would be more than {@value #MOST_HELD_OUT} each, the sentences that
   * {@link #part} calls training are not needed.
   *
   * @param sentences sentences of the text
   */
  public static TextSplit ofHeldOut(long sentences) {
    return new TextSplit(Math.max(2, periodOf(sentences)));
  }

  private static long periodOf(long sentences) {
    return (sentences + MOST_HELD_OUT - 1) / MOST_HELD_OUT;
  }

  /**
   * What a sentence serves for.
   *
   * @param sentence its number, counted from 0; lines without words have none
   */
  public TextPart part(long sentence) {
    long place = sentence % period;
    if (place == period - 1) {
      return TextPart.EVAL;
    }
    return place == period / 2 - 1 ? TextPart.DEV : TextPart.TRAIN;
  }
}
