package org.bitlattice.jobs.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.File;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("tables")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  record Everything(
      String name,
      int count,
      long tokens,
      float alpha,
      double valueNats,
      boolean significant,
      int[] ids,
      float[] scales,
      double[] weights,
      Optional<String> versus,
      OptionalInt rank,
      OptionalLong bytes,
      OptionalDouble mapssweZ,
      Optional<Boolean> lossless) {}

  record Small(String system, int bits) implements Serializable {}

  record Wider(String system, long bits, double mapssweZ) {}

  record Named(long bits, String system) {}

  record Unstorable(String name, List<String> words) {}

  private static final Everything FULL =
      new Everything(
          "ä \" \n",
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          Float.MIN_VALUE,
          -0.0,
          true,
          new int[] {3, -1},
          new float[] {0.1f, Float.NaN},
          new double[] {1e-300},
          Optional.of("full"),
          OptionalInt.of(-7),
          OptionalLong.of(1L << 40),
          OptionalDouble.of(Double.NEGATIVE_INFINITY),
          Optional.of(false));

  private static final Everything BARE =
      new Everything(
          "",
          0,
          0,
          0,
          0,
          false,
          new int[0],
          new float[0],
          new double[0],
          Optional.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void namesColumnsInSnakeCaseInTheOrderOfTheComponents() {
    assertThat(RowSchema.of(Everything.class).struct().fieldNames())
        .containsExactly(
            "name",
            "count",
            "tokens",
            "alpha",
            "value_nats",
            "significant",
            "ids",
            "scales",
            "weights",
            "versus",
            "rank",
            "bytes",
            "mapsswe_z",
            "lossless");
  }

  @Test
  void keepsEveryTypeThroughParquet() {
    RowSchema<Everything> schema = RowSchema.of(Everything.class);
    Tables.write(spark, path("all"), schema, List.of(FULL, BARE));
    List<Everything> read = Tables.read(spark, path("all"), schema);
    assertThat(read).hasSize(2);
    assertSame(read.get(0), FULL);
    assertSame(read.get(1), BARE);
  }

  @Test
  void writesASmallTableAsOneFileInOrderAndReplacesAnEarlierOne() {
    RowSchema<Small> schema = RowSchema.of(Small.class);
    List<Small> rows = IntStream.range(0, 1000).mapToObj(i -> new Small("s" + i, 999 - i)).toList();
    Tables.write(spark, path("small"), schema, List.of(new Small("old", 1)));
    Tables.write(spark, path("small"), schema, rows);
    assertThat(Tables.read(spark, path("small"), schema)).isEqualTo(rows);
    assertThat(parquetFiles("small")).isEqualTo(1);
    assertThat(folder.resolve("small.unfinished")).doesNotExist();
  }

  @Test
  void readsAnEmptyTable() {
    RowSchema<Everything> schema = RowSchema.of(Everything.class);
    Tables.write(spark, path("empty"), schema, List.of());
    assertThat(Tables.read(spark, path("empty"), schema)).isEmpty();
  }

  @Test
  void keepsRowsOfADistributedTable() {
    RowSchema<Everything> schema = RowSchema.of(Everything.class);
    RowSchema<Small> small = RowSchema.of(Small.class);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Small> rows = IntStream.range(0, 100).mapToObj(i -> new Small("s", i)).toList();
    Tables.write(spark, path("big"), small, context.parallelize(rows, 4));
    assertThat(parquetFiles("big")).isEqualTo(4);
    List<Small> read =
        Tables.rows(spark, path("big"), small).collect().stream()
            .sorted(Comparator.comparingInt(Small::bits))
            .toList();
    assertThat(read).isEqualTo(rows);
    Tables.write(
        spark, path("arrays"), schema, context.parallelize(List.of(1, 2), 2).map(i -> FULL));
    assertSame(Tables.read(spark, path("arrays"), schema).get(1), FULL);
  }

  @Test
  void namesEveryColumnThatDiffersAndThePath() {
    Tables.write(spark, path("small"), RowSchema.of(Small.class), List.of(new Small("a", 2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tables.read(spark, path("small"), RowSchema.of(Wider.class)))
        .withMessage(
            ("Cannot read %s as a table of system, bits, mapsswe_z: the column bits has"
                    + " the type int instead of bigint; the column mapsswe_z (double) is missing")
                .formatted(path("small")));
    Tables.write(spark, path("wide"), RowSchema.of(Wider.class), List.of(new Wider("a", 2, 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tables.read(spark, path("wide"), RowSchema.of(Small.class)))
        .withMessageContaining("; the column mapsswe_z is unknown");
  }

  @Test
  void readsSomeColumnsOfATableThatHasMore() {
    Tables.write(spark, path("wide"), RowSchema.of(Wider.class), List.of(new Wider("a", 2, 0)));
    assertThat(Tables.readColumns(spark, path("wide"), RowSchema.of(Named.class)))
        .containsExactly(new Named(2, "a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tables.readColumns(spark, path("wide"), RowSchema.of(Small.class)))
        .withMessage(
            "Cannot read %s as a table of system, bits: the column bits has the type bigint instead of int"
                .formatted(path("wide")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tables.readColumns(spark, path("none"), RowSchema.of(Small.class)))
        .withMessage("There is no table " + path("none"));
  }

  @Test
  void saysThatATableIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tables.read(spark, path("none"), RowSchema.of(Small.class)))
        .withMessage("There is no table " + path("none"));
  }

  @Test
  void namesTheColumnOfANull() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowSchema.of(Small.class).toRow(new Small(null, 2)))
        .withMessage("Cannot store a row of Small: its column system is null");
  }

  @Test
  void refusesAComponentThatNoColumnHolds() {
    assertThatIllegalStateException()
        .isThrownBy(() -> RowSchema.of(Unstorable.class))
        .withMessageContaining("Unstorable.words has the type java.util.List<java.lang.String>");
  }

  private static void assertSame(Everything read, Everything written) {
    assertThat(Arrays.deepToString(values(read))).isEqualTo(Arrays.deepToString(values(written)));
    assertThat(Arrays.deepEquals(values(read), values(written))).isTrue();
  }

  private static Object[][] values(Everything e) {
    return new Object[][] {
      {e.name, e.count, e.tokens, e.alpha, e.valueNats, e.significant},
      {e.ids, e.scales, e.weights},
      {e.versus, e.rank, e.bytes, e.mapssweZ, e.lossless}
    };
  }

  private long parquetFiles(String table) {
    File[] files = folder.resolve(table).toFile().listFiles();
    return Arrays.stream(files).filter(f -> f.getName().endsWith(".parquet")).count();
  }

  @Test
  void findsATableThatWasWholeWhenTheProcessWasKilledBeforeMovingIt() throws Exception {
    String path = folder.resolve("killed").toString();
    RowSchema<Small> schema = RowSchema.of(Small.class);
    List<Small> rows = List.of(new Small("kl-2", 2));
    Tables.write(spark, path, schema, rows);
    Files.move(Path.of(path), Path.of(path + ".unfinished"));

    assertThat(Tables.exists(spark, path)).isTrue();
    assertThat(Tables.read(spark, path, schema)).isEqualTo(rows);
  }

  @Test
  void doesNotTakeAHalfWrittenTableForOne() throws Exception {
    String path = folder.resolve("half").toString();
    Tables.write(spark, path, RowSchema.of(Small.class), List.of(new Small("kl-2", 2)));
    Files.move(Path.of(path), Path.of(path + ".unfinished"));
    Files.delete(Path.of(path + ".unfinished", "_SUCCESS"));

    assertThat(Tables.exists(spark, path)).isFalse();
  }
}
