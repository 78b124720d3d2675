package org.bitlattice.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.text.CorpusSettings;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.SegmentSettings;
import org.bitlattice.text.SentenceOrder;
import org.bitlattice.text.VocabularySettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real-data")
class AmiPreparationTest {
  private static final Path AMI =
      Path.of(System.getProperty("bitlattice.data", "../shared/data"), "ami");

  @TempDir Path folder;

  @Test
  void countsTheAmiCorpusAsItsDescriptionSays() {
    assumeTrue(Files.isDirectory(AMI), "real data absent: " + AMI);
    CorpusSettings settings =
        new CorpusSettings(
            text("train"),
            text("dev"),
            text("eval"),
            LineFormat.ID_AND_WORDS,
            VocabularySettings.listed(AMI.resolve("lm/vocab.txt").toString()),
            new SegmentSettings(32, SentenceOrder.SHUFFLED, 4));
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("ami")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      CorpusCounts counts = CorpusPreparation.run(spark, settings, 1, folder.toString());
      assertThat(counts.vocabularyWords()).isEqualTo(6_997);
      assertSet(counts.train(), 81_282, 786_447);
      assertThat(counts.train().types()).isEqualTo(10_732);
      assertSet(counts.dev(), 10_011, 93_357);
      assertSet(counts.eval(), 9_130, 88_226);
      assertThat(counts.segments() * 32 + counts.droppedTokens()).isEqualTo(81_282 + 786_447);
      assertThat(counts.droppedTokens()).isLessThan(4 * 32);
    }
  }

  private static void assertSet(SetCounts counts, long sentences, long words) {
    assertThat(counts.sentences()).isEqualTo(sentences);
    assertThat(counts.emptyLines()).isZero();
    assertThat(counts.words()).isEqualTo(words);
  }

  private static String text(String set) {
    return AMI.resolve("text/" + set + ".txt.gz").toString();
  }
}
