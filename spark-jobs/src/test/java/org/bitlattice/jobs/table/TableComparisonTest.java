package org.bitlattice.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  private List<String> differences(List<Entry> first, List<Entry> second) {
    return TableComparison.differences(
        spark, write("first", Entry.class, first), write("second", Entry.class, second));
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
  void otherColumnsAreNamed() {
    assertThat(
            TableComparison.differences(
                spark,
                write("first", Entry.class, entries()),
                write("second", Other.class, List.of(new Other("x", 1)))))
        .containsExactly(
            "columns struct<name:string,count:int,value:double,weights:array<float>> against struct<name:string,count:bigint>");
  }
}
