package org.bitlattice.jobs.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads and writes tables: folders of Parquet files at any Hadoop path. A table is written beside
 * its place and then moved there, so that a killed run leaves the old table, or none, but no half
 * of one.
 */
public final class Tables {
  private static final String UNFINISHED = ".unfinished";

  /** What Spark writes last into the folder of a table. */
  private static final String WHOLE = "_SUCCESS";

  private Tables() {}

  /**
   * Writes a small table as a single file in the order of {@code rows}. An earlier table is
   * replaced.
   *
   * @throws IllegalArgumentException when a row holds a null that its column does not allow
   * @throws UncheckedIOException naming the path when it cannot be written
   */
  public static <T extends Record> void write(
      SparkSession spark, String path, RowSchema<T> schema, List<T> rows) {
    List<Row> sparkRows = rows.stream().map(schema::toRow).toList();
    write(spark, path, spark.createDataFrame(sparkRows, schema.struct()).coalesce(1));
  }

  /**
   * Writes a table that grows with the data, one file for each partition. An earlier table is
   * replaced.
   *
   * @throws UncheckedIOException naming the path when it cannot be written
   */
  public static <T extends Record> void write(
      SparkSession spark, String path, RowSchema<T> schema, JavaRDD<T> rows) {
    write(spark, path, spark.createDataFrame(rows.map(schema::toRow), schema.struct()));
  }

  /**
   * Reads a small table, in the order in which it was written by {@link #write(SparkSession,
   * String, RowSchema, List)}; of other tables the order is not defined.
   *
   * @throws IllegalArgumentException when there is no table, or naming the column and the path when
   *     a column is missing, unknown or has another type
   */
  public static <T extends Record> List<T> read(
      SparkSession spark, String path, RowSchema<T> schema) {
    return collected(checked(spark, path, schema), schema);
  }

  /**
   * Reads those columns of a small table that the record has; the table may have others, such as
   * those of another version.
   *
   * @throws IllegalArgumentException when there is no table, or naming the column and the path when
   *     a column is missing or has another type
   */
  public static <T extends Record> List<T> readColumns(
      SparkSession spark, String path, RowSchema<T> schema) {
    Dataset<Row> table = found(spark, path);
    refuse(path, schema, missing(table.schema(), schema));
    return collected(selected(table, schema), schema);
  }

  private static <T extends Record> List<T> collected(Dataset<Row> table, RowSchema<T> schema) {
    List<T> rows = new ArrayList<>();
    for (Row row : table.collectAsList()) {
      rows.add(schema.fromRow(row));
    }
    return rows;
  }

  /**
   * A table that grows with the data, row by row, in no defined order.
   *
   * @throws IllegalArgumentException as {@link #read}
   */
  public static <T extends Record> JavaRDD<T> rows(
      SparkSession spark, String path, RowSchema<T> schema) {
    return checked(spark, path, schema).toJavaRDD().map(schema::fromRow);
  }

  /**
   * Whether there is a table. One that was written whole but not yet moved to its place, because
   * the process was killed in between, is moved there now; an older one, perhaps half deleted,
   * gives way.
   *
   * @throws UncheckedIOException naming the path when it cannot be looked at
   */
  public static boolean exists(SparkSession spark, String path) {
    Path table = new Path(path);
    Path unfinished = new Path(path + UNFINISHED);
    try {
      FileSystem files = table.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (files.exists(new Path(unfinished, WHOLE))) {
        files.delete(table, true);
        files.rename(unfinished, table);
      }
      return files.exists(table);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at the table " + path, e);
    }
  }

  private static void write(SparkSession spark, String path, Dataset<Row> rows) {
    Path table = new Path(path);
    Path unfinished = new Path(path + UNFINISHED);
    rows.write().mode("overwrite").parquet(unfinished.toString());
    try {
      FileSystem files = table.getFileSystem(spark.sparkContext().hadoopConfiguration());
      files.delete(table, true);
      if (!files.rename(unfinished, table)) {
        throw new IOException("%s could not be moved to its place".formatted(unfinished));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the table " + path, e);
    }
  }

  private static Dataset<Row> checked(SparkSession spark, String path, RowSchema<?> schema) {
    Dataset<Row> table = found(spark, path);
    List<String> problems = missing(table.schema(), schema);
    List<String> names = Arrays.asList(schema.struct().fieldNames());
    for (String name : table.schema().fieldNames()) {
      if (!names.contains(name)) {
        problems.add("the column %s is unknown".formatted(name));
      }
    }
    refuse(path, schema, problems);
    return selected(table, schema);
  }

  private static Dataset<Row> found(SparkSession spark, String path) {
    requireFolder(spark, path);
    return spark.read().parquet(path);
  }

  /** Columns that are not there as the record wants them, a phrase for each. */
  private static List<String> missing(StructType found, RowSchema<?> schema) {
    List<String> problems = new ArrayList<>();
    for (StructField expected : schema.struct().fields()) {
      String type = expected.dataType().catalogString();
      if (!Arrays.asList(found.fieldNames()).contains(expected.name())) {
        problems.add("the column %s (%s) is missing".formatted(expected.name(), type));
      } else {
        String foundType = found.apply(expected.name()).dataType().catalogString();
        if (!foundType.equals(type)) {
          problems.add(
              "the column %s has the type %s instead of %s"
                  .formatted(expected.name(), foundType, type));
        }
      }
    }
    return problems;
  }

  private static void refuse(String path, RowSchema<?> schema, List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s as a table of %s: %s"
              .formatted(
                  path,
                  String.join(", ", schema.struct().fieldNames()),
                  String.join("; ", problems)));
    }
  }

  private static Dataset<Row> selected(Dataset<Row> table, RowSchema<?> schema) {
    return table.select(
        Arrays.stream(schema.struct().fieldNames()).map(functions::col).toArray(Column[]::new));
  }

  private static void requireFolder(SparkSession spark, String path) {
    Path table = new Path(path);
    try {
      FileSystem files = table.getFileSystem(spark.sparkContext().hadoopConfiguration());
      files.getFileStatus(table);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException("There is no table %s".formatted(path), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the table " + path, e);
    }
  }
}
