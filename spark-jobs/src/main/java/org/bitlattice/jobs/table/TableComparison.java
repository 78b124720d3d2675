package org.bitlattice.jobs.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.run.Digest;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Whether two tables are equal: the same columns, and the same rows in any order, as often, with
 * floating-point numbers equal to the last bit. Columns of seconds ({@code seconds}, {@code
 * x_seconds}) and of rates ({@code x_per_second}) are left out.
 *
 * @param onlyInFirst rows that the first table has and the second has not, or less often
 * @param onlyInSecond rows that the second table has and the first has not, or less often
 * @param differences what differs, for people; empty when the tables are equal
 */
public record TableComparison(long onlyInFirst, long onlyInSecond, List<String> differences) {
  private static final int SHOWN = 3;

  /**
   * Compares two tables row by row. {@link TableDigest} tells with less work whether that is
   * needed.
   *
   * @param first path of a table
   * @param second path of a table
   */
  public static TableComparison of(SparkSession spark, String first, String second) {
    Dataset<Row> left = timeless(spark.read().parquet(first));
    Dataset<Row> right = timeless(spark.read().parquet(second));
    if (!left.schema().catalogString().equals(right.schema().catalogString())) {
      return new TableComparison(
          left.count(),
          right.count(),
          List.of(
              "columns %s against %s"
                  .formatted(left.schema().catalogString(), right.schema().catalogString())));
    }
    JavaRDD<Tuple2<Row, Integer>> different =
        counted(left, 1)
            .union(counted(right, -1))
            .reduceByKey(
                (a, b) -> new Tuple2<>(a._1(), a._2() + b._2()),
                Math.max(1, spark.sparkContext().defaultParallelism()))
            .values()
            .filter(row -> row._2() != 0);
    List<String> differences = new ArrayList<>();
    for (Tuple2<Row, Integer> row : different.take(SHOWN)) {
      String where = row._2() > 0 ? "first" : "second";
      differences.add("only in the %s: %s".formatted(where, shortened(row._1())));
    }
    return new TableComparison(surplus(different, 1), surplus(different, -1), differences);
  }

  /** Rows that one side has more often. */
  private static long surplus(JavaRDD<Tuple2<Row, Integer>> different, int side) {
    return different.map(row -> Math.max(0L, (long) side * row._2())).fold(0L, Long::sum);
  }

  private static Dataset<Row> timeless(Dataset<Row> table) {
    String[] columns =
        Arrays.stream(table.columns()).filter(TableDigest::tellsTime).toArray(String[]::new);
    return table.drop(columns);
  }

  /** Rows by their digests, each counted as {@code weight}. */
  private static JavaPairRDD<String, Tuple2<Row, Integer>> counted(Dataset<Row> rows, int weight) {
    return rows.toJavaRDD().mapToPair(row -> new Tuple2<>(digest(row), new Tuple2<>(row, weight)));
  }

  private static String digest(Row row) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < row.length(); i++) {
      append(all, row.get(i));
    }
    return Digest.of(all.toString());
  }

  /** Type and length stand before each value, so that no two rows are written alike. */
  private static void append(StringBuilder all, Object value) {
    if (value instanceof Seq<?> values) {
      all.append('[').append(values.length()).append('\n');
      Iterator<?> each = values.iterator();
      while (each.hasNext()) {
        append(all, each.next());
      }
    } else if (value instanceof Double number) {
      all.append('d').append(Double.doubleToRawLongBits(number)).append('\n');
    } else if (value instanceof Float number) {
      all.append('f').append(Float.floatToRawIntBits(number)).append('\n');
    } else if (value == null) {
      all.append("null\n");
    } else {
      String text = value.toString();
      all.append(value.getClass().getSimpleName()).append(text.length()).append(' ').append(text);
    }
  }

  private static String shortened(Row row) {
    String text = row.mkString(", ");
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
