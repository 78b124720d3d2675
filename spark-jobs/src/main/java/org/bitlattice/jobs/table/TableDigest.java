package org.bitlattice.jobs.table;

import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.run.Digest;
import scala.Tuple2;

/**
 * What the rows of a table add up to, whatever their order: tables with equal digests have equal
 * rows, as often, to the last bit of every number. Columns of seconds and of rates are left out, as
 * in {@link TableComparison}. Many tables are read in a single job.
 *
 * @param columns names and types of the columns
 * @param sum sum over the rows of 2^{@value #ROW_BIT} + SHA-256, so that the upper digits count the
 *     rows
 */
public record TableDigest(String columns, BigInteger sum) implements Serializable {
  /** Above any sum of fewer than 2^63 digests of 256 bits. */
  private static final int ROW_BIT = 256 + 63;

  private static final BigInteger ONE_ROW = BigInteger.ONE.shiftLeft(ROW_BIT);

  /** Number of rows. */
  public long rows() {
    return sum.shiftRight(ROW_BIT).longValueExact();
  }

  private TableDigest plus(TableDigest other) {
    return new TableDigest(
        columns.equals(other.columns) ? columns : columns + other.columns, sum.add(other.sum));
  }

  /** Whether a column is left out because it tells times. */
  static boolean tellsTime(String column) {
    return column.matches("(.*_)?seconds|.*_per_second");
  }

  /**
   * Digests of tables.
   *
   * @param tables the Parquet files of each table, at least one
   * @return the digests in the same order
   * @throws UserError naming the file, when one of them cannot be read as Parquet
   */
  public static List<TableDigest> of(SparkSession spark, List<List<String>> tables) {
    List<Tuple2<Integer, String>> files = new ArrayList<>();
    for (int table = 0; table < tables.size(); table++) {
      for (String file : tables.get(table)) {
        files.add(new Tuple2<>(table, file));
      }
    }
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    List<Tuple2<Integer, TableDigest>> parts =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(files, Math.max(1, files.size()))
            .map(file -> new Tuple2<>(file._1(), read(file._2(), hadoop.value())))
            .collect();
    TableDigest[] digests = new TableDigest[tables.size()];
    for (Tuple2<Integer, TableDigest> part : parts) {
      TableDigest before = digests[part._1()];
      digests[part._1()] = before == null ? part._2() : before.plus(part._2());
    }
    return List.of(digests);
  }

  private static TableDigest read(String file, Configuration hadoop) {
    try {
      return ofFile(file, hadoop);
    } catch (IOException | RuntimeException e) {
      throw new UserError("cannot read the table %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static TableDigest ofFile(String file, Configuration hadoop) throws IOException {
    Path path = HadoopPath.of(file);
    MessageType columns;
    long rows;
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop))) {
      columns = timeless(footer.getFileMetaData().getSchema());
      rows = footer.getRecordCount();
    }
    BigInteger sum = ONE_ROW.multiply(BigInteger.valueOf(rows));
    if (columns.getFieldCount() == 0) {
      return new TableDigest("", sum);
    }
    Configuration wanted = new Configuration(hadoop);
    wanted.set(ReadSupport.PARQUET_READ_SCHEMA, columns.toString());
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(wanted).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        StringBuilder text = new StringBuilder();
        append(text, row);
        sum = sum.add(new BigInteger(Digest.of(text.toString()), 16));
      }
    }
    return new TableDigest(columns.toString(), sum);
  }

  private static MessageType timeless(MessageType columns) {
    List<Type> kept =
        columns.getFields().stream().filter(column -> !tellsTime(column.getName())).toList();
    return new MessageType(columns.getName(), kept);
  }

  /** How often, and how long, stands before each value, so that no two rows are written alike. */
  private static void append(StringBuilder all, Group group) {
    for (int field = 0; field < group.getType().getFieldCount(); field++) {
      int count = group.getFieldRepetitionCount(field);
      all.append('[').append(count).append('\n');
      for (int i = 0; i < count; i++) {
        if (group.getType().getType(field).isPrimitive()) {
          appendValue(all, group, field, i);
        } else {
          append(all, group.getGroup(field, i));
        }
      }
    }
  }

  private static void appendValue(StringBuilder all, Group group, int field, int i) {
    switch (group.getType().getType(field).asPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> all.append(group.getBoolean(field, i)).append('\n');
      case INT32 -> all.append(group.getInteger(field, i)).append('\n');
      case INT64 -> all.append(group.getLong(field, i)).append('\n');
      case FLOAT -> all.append(Float.floatToRawIntBits(group.getFloat(field, i))).append('\n');
      case DOUBLE -> all.append(Double.doubleToRawLongBits(group.getDouble(field, i))).append('\n');
      case INT96 -> appendBytes(all, group.getInt96(field, i).getBytes());
      case BINARY, FIXED_LEN_BYTE_ARRAY -> appendBytes(all, group.getBinary(field, i).getBytes());
    }
  }

  private static void appendBytes(StringBuilder all, byte[] bytes) {
    all.append(bytes.length).append(' ').append(new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
