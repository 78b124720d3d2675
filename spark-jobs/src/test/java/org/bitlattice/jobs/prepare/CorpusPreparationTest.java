package org.bitlattice.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.text.CorpusSettings;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.SegmentSettings;
import org.bitlattice.text.SentenceOrder;
import org.bitlattice.text.TokenStream;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularySettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusPreparationTest {
  private static final int LENGTH = 7;
  @TempDir Path folder;
  private List<String> train;

  @BeforeEach
  void writeTexts() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    train = new ArrayList<>();
    for (int line = 0; line < 500; line++) {
      int words = random.nextInt(9);
      StringBuilder sentence = new StringBuilder();
      for (int i = 0; i < words; i++) {
        sentence.append(' ').append("w").append((int) (30 * Math.pow(random.nextDouble(), 2)));
      }
      train.add(sentence.toString().strip());
    }
    Files.write(folder.resolve("train.txt"), train);
    Files.writeString(folder.resolve("dev.txt"), "w0 w1 nowhere\n\nw1 <unk>\n");
    Files.writeString(folder.resolve("eval.txt"), "w2\n");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private CorpusSettings settings(String trainFile, SentenceOrder order, int shards) {
    return new CorpusSettings(
        path(trainFile),
        path("dev.txt"),
        path("eval.txt"),
        LineFormat.WORDS,
        VocabularySettings.counted(1),
        new SegmentSettings(LENGTH, order, shards));
  }

  /** A session of its own, because the number of cores is what the tests vary. */
  private static <T> T onSpark(String master, Function<SparkSession, T> work) {
    try (SparkSession spark =
        SparkSession.builder()
            .master(master)
            .appName("prepare")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      return work.apply(spark);
    }
  }

  private CorpusCounts prepare(SparkSession spark, CorpusSettings settings, String out) {
    return CorpusPreparation.run(spark, settings, 42, path(out));
  }

  private Map<List<Integer>, List<Integer>> segments(SparkSession spark, String out) {
    Map<List<Integer>, List<Integer>> rows = new HashMap<>();
    for (SegmentRow row : new PreparedCorpus(path(out)).segments(spark).collect()) {
      List<Integer> tokens = Arrays.stream(row.tokens()).boxed().toList();
      assertThat(rows.put(List.of(row.shard(), row.segment()), tokens)).isNull();
    }
    return rows;
  }

  @Test
  void countsWordsAndWritesVocabularyAndSentences() {
    onSpark(
        "local[2]",
        spark -> {
          CorpusCounts counts =
              prepare(spark, settings("train.txt", SentenceOrder.AS_IS, 3), "out");
          List<String> words =
              train.stream()
                  .filter(s -> !s.isEmpty())
                  .flatMap(s -> Arrays.stream(s.split(" ")))
                  .toList();
          long sentences = train.stream().filter(s -> !s.isEmpty()).count();
          assertThat(counts.train())
              .isEqualTo(
                  new SetCounts(
                      "train",
                      sentences,
                      500 - sentences,
                      words.size(),
                      0,
                      words.stream().distinct().count()));
          assertThat(counts.dev()).isEqualTo(new SetCounts("dev", 2, 1, 5, 2, 4));
          assertThat(counts.eval()).isEqualTo(new SetCounts("eval", 1, 0, 1, 0, 1));
          PreparedCorpus corpus = new PreparedCorpus(path("out"));
          Vocabulary vocabulary = corpus.vocabulary(spark);
          assertThat(vocabulary.words()).containsExactlyElementsOf(expectedVocabulary(words));
          assertThat(counts.vocabularyWords()).isEqualTo(vocabulary.size());
          List<int[]> dev = corpus.sentences(spark, CorpusPreparation.DEV);
          assertThat(dev).hasSize(2);
          assertThat(dev.get(0)).containsExactly(vocabulary.id("w0"), vocabulary.id("w1"), 1);
          assertThat(dev.get(1)).containsExactly(vocabulary.id("w1"), 1);
          assertThat(corpus.sentences(spark).collect())
              .extracting(SentenceRow::set, SentenceRow::sentence)
              .containsExactlyInAnyOrder(
                  org.assertj.core.groups.Tuple.tuple("dev", 1),
                  org.assertj.core.groups.Tuple.tuple("dev", 3),
                  org.assertj.core.groups.Tuple.tuple("eval", 1));
          return null;
        });
  }

  private static List<String> expectedVocabulary(List<String> words) {
    Map<String, Integer> counts = new TreeMap<>();
    words.forEach(w -> counts.merge(w, 1, Integer::sum));
    List<String> expected = new ArrayList<>(List.of("</s>", "<unk>"));
    // A stable sort over the sorted map keeps ties in the order of the words.
    counts.entrySet().stream()
        .sorted(Comparator.comparing(Map.Entry<String, Integer>::getValue).reversed())
        .forEach(e -> expected.add(e.getKey()));
    return expected;
  }

  @Test
  void cutsContiguousRangesOfLinesWhenSentencesStayAsTheyAre() {
    onSpark(
        "local[2]",
        spark -> {
          CorpusCounts counts =
              prepare(spark, settings("train.txt", SentenceOrder.AS_IS, 3), "out");
          Vocabulary vocabulary = new PreparedCorpus(path("out")).vocabulary(spark);
          Map<List<Integer>, List<Integer>> expected = new HashMap<>();
          long targets = 0;
          for (int shard = 0; shard < 3; shard++) {
            List<int[]> sentences = new ArrayList<>();
            for (int line = 0; line < 500; line++) {
              if (line * 3 / 500 == shard && !train.get(line).isEmpty()) {
                sentences.add(vocabulary.ids(List.of(train.get(line).split(" "))));
                targets += sentences.get(sentences.size() - 1).length + 1;
              }
            }
            List<int[]> cut = TokenStream.segments(sentences, vocabulary, LENGTH);
            for (int k = 0; k < cut.size(); k++) {
              expected.put(List.of(shard, k), Arrays.stream(cut.get(k)).boxed().toList());
            }
          }
          assertThat(segments(spark, "out")).isEqualTo(expected);
          assertThat(counts.segments()).isEqualTo(expected.size());
          assertThat(counts.droppedTokens()).isEqualTo(targets - expected.size() * (long) LENGTH);
          return null;
        });
  }

  @Test
  void givesTheSameRowsOnOneAndTwoCoresAndForAnySplitsOfTheFile() throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("train.txt.gz")))) {
      out.write(Files.readAllBytes(folder.resolve("train.txt")));
    }
    CorpusSettings plain = settings("train.txt", SentenceOrder.SHUFFLED, 4);
    Map<List<Integer>, List<Integer>> one =
        onSpark(
            "local[1]",
            spark -> {
              prepare(spark, plain, "one");
              return segments(spark, "one");
            });
    onSpark(
        "local[2]",
        spark -> {
          CorpusSettings zipped = settings("train.txt.gz", SentenceOrder.SHUFFLED, 4);
          CorpusCounts gz = prepare(spark, zipped, "gz");
          assertThat(segments(spark, "gz")).isEqualTo(one);
          spark
              .sparkContext()
              .hadoopConfiguration()
              .set("mapreduce.input.fileinputformat.split.maxsize", "2999");
          CorpusCounts split = prepare(spark, plain, "split");
          assertThat(segments(spark, "split")).isEqualTo(one);
          assertThat(split).isEqualTo(gz);
          assertThat(CorpusPreparation.run(spark, plain, 43, path("other")).train())
              .isEqualTo(split.train());
          assertThat(segments(spark, "other")).isNotEqualTo(one);
          return null;
        });
  }

  @Test
  void refusesBadInputsBeforeItWritesAnything() throws IOException {
    byte[] bad = "w1 w2\nsch\u00f6n\nm\u00fcde\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(folder.resolve("latin1.txt"), bad);
    Files.writeString(folder.resolve("empty.txt"), "\n\n");
    Files.writeString(folder.resolve("one.txt"), "a a a\n");
    Files.writeString(folder.resolve("list.txt"), "a\nb\na\n");
    onSpark(
        "local[2]",
        spark -> {
          assertRefused(
              spark, "none.txt", "corpus.train = \"" + path("none.txt") + "\" does not exist");
          assertRefused(
              spark,
              "latin1.txt",
              path("latin1.txt")
                  + ":2: byte 0xF6 in column 4 is not valid UTF-8; text must be UTF-8");
          assertRefused(
              spark, "empty.txt", path("empty.txt") + ": none of its 2 lines holds a word");
          assertRefused(
              spark,
              "one.txt",
              path("one.txt")
                  + ": 1 words occur at least 1 times; a vocabulary needs at least 2 words beside"
                  + " </s> and <unk> (corpus.minimum-count, corpus.maximum-words)");
          assertRefused(
              spark,
              listed("list.txt"),
              path("list.txt")
                  + ":3: the word \"a\" stands in line 1 already; a word list names every word"
                  + " once");
          assertRefused(
              spark,
              listed("no.txt"),
              "corpus.vocabulary-file = \"" + path("no.txt") + "\" does not exist");
          return null;
        });
  }

  private CorpusSettings listed(String list) {
    CorpusSettings s = settings("train.txt", SentenceOrder.AS_IS, 1);
    return new CorpusSettings(
        s.train(),
        s.dev(),
        s.eval(),
        s.lineFormat(),
        VocabularySettings.listed(path(list)),
        s.segments());
  }

  private void assertRefused(SparkSession spark, String trainFile, String message) {
    assertRefused(spark, settings(trainFile, SentenceOrder.AS_IS, 1), message);
  }

  private void assertRefused(SparkSession spark, CorpusSettings settings, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prepare(spark, settings, "refused"))
        .withMessage(message);
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void refusesACorpusThatFillsNoSegment() throws IOException {
    Files.writeString(folder.resolve("short.txt"), "a b c\nd e f\n");
    onSpark(
        "local[1]",
        spark -> {
          assertThatIllegalArgumentException()
              .isThrownBy(
                  () -> prepare(spark, settings("short.txt", SentenceOrder.AS_IS, 2), "out"))
              .withMessage(
                  path("short.txt")
                      + ": none of the 2 shards fills a segment of 7 tokens; lower"
                      + " corpus.segment-length or corpus.shards");
          return null;
        });
  }
}
