package org.bitlattice.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables are equal when their rows are, as often, in any order, to the last bit. */
class TableComparisonTest {
  private static SparkSession spark;

  @TempDir private Path folder;

  /** A row with every kind of column that can differ. */
  record Entry(String name, int count, double value, float[] weights, double seconds) {}

  /** A table of other columns. */
  record Other(String name, long count) {}

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", "false").getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<Entry> entries() {
    List<Entry> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      rows.add(new Entry("row " + i, i, 0.1 * i, new float[] {i, 2}, 1.5));
    }
    rows.add(rows.get(0));
    return rows;
  }

  private <T extends Record> String write(String name, Class<T> type, List<T> rows) {
    String path = folder.resolve(name).toString();
    Tables.write(spark, path, RowSchema.of(type), rows);
    return path;
  }

  /** Compares row by row, and holds that digests find the same. */
  private TableComparison compare(List<Entry> first, List<Entry> second) {
    String left = write("first", Entry.class, first);
    String right = write("second", Entry.class, second);
    TableComparison comparison = TableComparison.of(spark, left, right);
    List<TableDigest> digests = TableDigest.of(spark, List.of(files(left), files(right)));
    assertThat(digests.get(0).equals(digests.get(1))).isEqualTo(comparison.differences().isEmpty());
    assertThat(digests)
        .extracting(TableDigest::rows)
        .containsExactly((long) first.size(), (long) second.size());
    return comparison;
  }

  private List<String> differences(List<Entry> first, List<Entry> second) {
    return compare(first, second).differences();
  }

  private static List<String> files(String table) {
    try (Stream<Path> files = Files.list(Path.of(table))) {
      return files.map(Path::toString).filter(name -> name.endsWith(".parquet")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void orderAndSecondsDoNotCount() {
    List<Entry> other = new ArrayList<>();
    for (Entry row : entries()) {
      other.add(new Entry(row.name(), row.count(), row.value(), row.weights(), 99));
    }
    Collections.reverse(other);
    assertThat(differences(entries(), other)).isEmpty();
  }

  @Test
  void theLastBitOfANumberCounts() {
    List<Entry> other = entries();
    other.set(3, new Entry("row 3", 3, Math.nextUp(0.1 * 3), new float[] {3, 2}, 1.5));
    assertThat(differences(entries(), other))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("only in the first: row 3, 3, 0.3"))
        .anyMatch(line -> line.startsWith("only in the second: row 3, 3, 0.3"));
  }

  @Test
  void minusZeroIsNotZero() {
    List<Entry> other = entries();
    other.set(1, new Entry("row 1", 1, 0.1, new float[] {1, 2}, 1.5));
    List<Entry> zero = new ArrayList<>(other);
    other.add(new Entry("zero", 0, 0.0, new float[0], 0));
    zero.add(new Entry("zero", 0, -0.0, new float[0], 0));
    assertThat(differences(other, zero)).hasSize(2);
  }

  @Test
  void anElementOfAnArrayCounts() {
    List<Entry> other = entries();
    other.set(4, new Entry("row 4", 4, 0.4, new float[] {4, Math.nextDown(2f)}, 1.5));
    assertThat(differences(entries(), other)).hasSize(2);
  }

  @Test
  void howOftenARowStandsThereCounts() {
    List<Entry> once = entries();
    once.remove(5);
    assertThat(differences(entries(), once))
        .singleElement()
        .asString()
        .startsWith("only in the first: row 0, 0, 0.0");
  }

  @Test
  void missingAndAddedRowsAreCounted() {
    List<Entry> fewer = entries();
    fewer.removeIf(row -> row.count() < 2);
    assertThat(compare(entries(), fewer))
        .extracting(TableComparison::onlyInFirst, TableComparison::onlyInSecond)
        .containsExactly(3L, 0L);
    List<Entry> other = entries();
    other.set(3, new Entry("row 3", 3, 0.4, new float[] {3, 2}, 1.5));
    other.add(other.get(0));
    assertThat(compare(entries(), other))
        .extracting(TableComparison::onlyInFirst, TableComparison::onlyInSecond)
        .containsExactly(1L, 2L);
  }

  @Test
  void aDigestAddsUpTheFilesOfATable() {
    List<String> both = new ArrayList<>(files(write("first", Entry.class, entries())));
    both.addAll(files(write("second", Entry.class, entries().subList(0, 1))));
    List<Entry> all = entries();
    all.add(0, all.get(0));
    List<String> whole = files(write("whole", Entry.class, all));
    List<TableDigest> digests = TableDigest.of(spark, List.of(whole, both));
    assertThat(digests.get(0)).isEqualTo(digests.get(1));
    assertThat(digests.get(0).rows()).isEqualTo(7);
  }

  @Test
  void aDigestKnowsTheColumnsOfATableWithoutRows() {
    List<TableDigest> digests =
        TableDigest.of(
            spark,
            List.of(
                files(write("first", Entry.class, List.of())),
                files(write("second", Other.class, List.of()))));
    assertThat(digests.get(0).rows()).isZero();
    assertThat(digests.get(0)).isNotEqualTo(digests.get(1));
    assertThat(digests.get(0).columns()).contains("weights").doesNotContain("seconds");
  }

  @Test
  void otherColumnsAreNamed() {
    TableComparison comparison =
        TableComparison.of(
            spark,
            write("first", Entry.class, entries()),
            write("second", Other.class, List.of(new Other("x", 1))));
    assertThat(comparison.onlyInFirst()).isEqualTo(6);
    assertThat(comparison.onlyInSecond()).isEqualTo(1);
    assertThat(comparison.differences())
        .containsExactly(
            "columns struct<name:string,count:int,value:double,weights:array<float>> against struct<name:string,count:bigint>");
  }
}
