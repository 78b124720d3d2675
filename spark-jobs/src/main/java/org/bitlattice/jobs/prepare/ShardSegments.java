package org.bitlattice.jobs.prepare;

import java.util.Iterator;
import org.bitlattice.text.TokenStream;
import scala.Tuple2;

/** The segments of one shard, cut while its sorted sentences pass by. */
final class ShardSegments implements Iterator<SegmentRow> {
  private final int shard;
  private final TokenStream stream;
  private int segment;

  ShardSegments(
      int shard, Iterator<Tuple2<SentencePlace, int[]>> sentences, int boundary, int length) {
    this.shard = shard;
    this.stream = new TokenStream(new Ids(sentences), boundary, length);
  }

  @Override
  public boolean hasNext() {
    return stream.hasNext();
  }

  @Override
  public SegmentRow next() {
    return new SegmentRow(shard, segment++, stream.next());
  }

  private record Ids(Iterator<Tuple2<SentencePlace, int[]>> sentences) implements Iterator<int[]> {
    @Override
    public boolean hasNext() {
      return sentences.hasNext();
    }

    @Override
    public int[] next() {
      return sentences.next()._2();
    }
  }
}
