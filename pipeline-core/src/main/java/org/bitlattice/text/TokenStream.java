package org.bitlattice.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Sentences as one stream of token ids, cut into segments of fixed length. The stream is the
 * boundary id, then each sentence's ids followed by the boundary id. Segment k holds the {@code
 * length + 1} tokens from k·length on, both ends included: its first {@code length} tokens are
 * inputs, its last {@code length} are their targets. So every token but the first is a target
 * exactly once, up to a remainder shorter than {@code length} targets, which is dropped.
 */
public final class TokenStream implements Iterator<int[]> {
  private final Iterator<int[]> sentences;
  private final int boundary;
  private final int length;
  private final int[] segment;
  private int filled = 1;
  private int[] sentence = {};
  private int position;

  /**
   * A stream over sentences, which are read as segments are asked for.
   *
   * @param sentences ids of each sentence's words, without boundary ids
   * @param boundary id of the boundary word
   * @param length number of targets of a segment, at least 1
   */
  public TokenStream(Iterator<int[]> sentences, int boundary, int length) {
    if (length < 1) {
      throw new IllegalArgumentException(
          "Cannot cut segments of length %d; a segment has at least 1 target".formatted(length));
    }
    this.sentences = sentences;
    this.boundary = boundary;
    this.length = length;
    this.segment = new int[length + 1];
    this.segment[0] = boundary;
    this.position = 1;
  }

  /**
   * All segments of some sentences.
   *
   * @param sentences ids of each sentence's words, without boundary ids
   * @param vocabulary gives the boundary id
   * @param length number of targets of a segment, at least 1
   * @return arrays of {@code length + 1} ids
   */
  public static List<int[]> segments(Iterable<int[]> sentences, Vocabulary vocabulary, int length) {
    List<int[]> segments = new ArrayList<>();
    new TokenStream(sentences.iterator(), vocabulary.boundaryId(), length)
        .forEachRemaining(segments::add);
    return segments;
  }

  /**
   * Number of targets left over after the whole segments of a stream.
   *
   * @param targets words and sentence ends of the stream
   * @param length number of targets of a segment
   */
  public static long remainder(long targets, int length) {
    return targets % length;
  }

  /** After the last segment: the number of targets that were dropped, 0 to length − 1. */
  public int remainder() {
    if (hasNext()) {
      throw new IllegalStateException("the remainder is known after the last segment only");
    }
    return filled - 1;
  }

  @Override
  public boolean hasNext() {
    while (filled <= length) {
      if (position > sentence.length) {
        if (!sentences.hasNext()) {
          return false;
        }
        sentence = sentences.next();
        position = 0;
      }
      int copied = Math.min(sentence.length - position, length + 1 - filled);
      System.arraycopy(sentence, position, segment, filled, copied);
      filled += copied;
      position += copied;
      if (position == sentence.length && filled <= length) {
        segment[filled++] = boundary;
        position++;
      }
    }
    return true;
  }

  @Override
  public int[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further segment");
    }
    int[] whole = Arrays.copyOf(segment, segment.length);
    segment[0] = segment[length];
    filled = 1;
    return whole;
  }
}
