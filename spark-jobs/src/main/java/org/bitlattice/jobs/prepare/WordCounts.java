package org.bitlattice.jobs.prepare;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.bitlattice.text.Sentence;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularySettings;
import org.bitlattice.text.WordCount;
import scala.Tuple2;

/** The word counts of a text, kept on the cluster. Close them after use. */
final class WordCounts implements AutoCloseable {
  /**
   * Sums over the word types of a text.
   *
   * @param types number of types
   * @param words their occurrences
   * @param unknownWords occurrences of types outside a vocabulary
   */
  record Totals(long types, long words, long unknownWords) implements Serializable {
    Totals and(WordCount count, Vocabulary vocabulary) {
      boolean unknown = vocabulary.id(count.word()) == vocabulary.unknownId();
      return new Totals(
          types + 1, words + count.count(), unknownWords + (unknown ? count.count() : 0));
    }

    Totals and(Totals other) {
      return new Totals(
          types + other.types, words + other.words, unknownWords + other.unknownWords);
    }
  }

  private final JavaSparkContext context;
  private final JavaRDD<WordCount> counts;

  private WordCounts(JavaSparkContext context, JavaRDD<WordCount> counts) {
    this.context = context;
    this.counts = counts;
  }

  static WordCounts of(JavaSparkContext context, JavaRDD<Sentence> sentences) {
    JavaRDD<WordCount> counts =
        sentences
            .flatMap(sentence -> sentence.words().iterator())
            .mapToPair(word -> new Tuple2<>(word, 1L))
            .reduceByKey(Long::sum)
            .map(pair -> new WordCount(pair._1(), pair._2()));
    return new WordCounts(context, counts.persist(StorageLevel.MEMORY_AND_DISK()));
  }

  /** The counts that {@link org.bitlattice.text.VocabularyBuilder#fromCounts} would choose from. */
  List<WordCount> candidates(VocabularySettings settings) {
    int minimum = settings.minimumCount();
    JavaRDD<WordCount> frequent = counts.filter(count -> count.count() >= minimum);
    // Two more than the limit: the text may hold special words, which are not chosen.
    return settings.maximumWords() == 0
        ? frequent.collect()
        : frequent.takeOrdered(settings.maximumWords() + 2, WordCount.BY_FREQUENCY);
  }

  /** The counts of the words of a list that occur. */
  List<WordCount> among(List<String> words) {
    Broadcast<Set<String>> list = context.broadcast(new HashSet<>(words));
    List<WordCount> found = counts.filter(count -> list.value().contains(count.word())).collect();
    list.destroy();
    return found;
  }

  Totals totals(Broadcast<Vocabulary> vocabulary) {
    return counts.aggregate(
        new Totals(0, 0, 0), (totals, count) -> totals.and(count, vocabulary.value()), Totals::and);
  }

  @Override
  public void close() {
    counts.unpersist();
  }
}
