package org.bitlattice.jobs.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The Parquet files of a table, read and written by this process alone. Small tables need neither a
 * Spark job nor a plan, which take the driver longer than the rows do.
 *
 * @param folder the table
 * @param hadoop Hadoop's settings
 */
record TableFiles(Path folder, Configuration hadoop) {
  /** What Spark writes last into the folder of a table. */
  static final String WHOLE = "_SUCCESS";

  /** Writes a table of one file. An earlier one is replaced. */
  void write(StructType struct, List<Row> rows, String codec) throws IOException {
    CompressionCodecName compression = codec(codec);
    FileSystem files = folder.getFileSystem(hadoop);
    files.delete(folder, true);
    Path file = new Path(folder, "part-00000%s.parquet".formatted(compression.getExtension()));
    try (ParquetWriter<Row> writer =
        RowWriting.to(HadoopOutputFile.fromPath(file, hadoop), struct)
            .withConf(hadoop)
            .withCompressionCodec(compression)
            .withRowGroupSize(ParquetOutputFormat.getLongBlockSize(hadoop))
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Row row : rows) {
        writer.write(row);
      }
    }
    files.create(new Path(folder, WHOLE)).close();
  }

  /** As Spark reads {@code spark.sql.parquet.compression.codec}. */
  private static CompressionCodecName codec(String name) {
    return name.equalsIgnoreCase("none")
        ? CompressionCodecName.UNCOMPRESSED
        : CompressionCodecName.fromConf(name.toUpperCase(Locale.ROOT));
  }

  /** The columns as Spark wrote them into the files; empty when it was not Spark that wrote. */
  Optional<StructType> struct() throws IOException {
    for (Path file : files()) {
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
        return Optional.ofNullable(
                reader.getFileMetaData().getKeyValueMetaData().get(RowWriting.SPARK_SCHEMA))
            .map(json -> (StructType) DataType.fromJson(json));
      }
    }
    return Optional.empty();
  }

  /**
   * All rows, in the order of the files' names and of the rows in each.
   *
   * @param names columns to read
   * @return one array for each row, with a value for each name: null, a boxed number, a boolean, a
   *     string, or a list of numbers
   */
  List<Object[]> rows(String[] names) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (Path file : files()) {
      try (ParquetReader<Group> reader =
          ParquetReader.builder(new GroupReadSupport(), file).withConf(hadoop).build()) {
        for (Group row = reader.read(); row != null; row = reader.read()) {
          rows.add(values(row, names));
        }
      }
    }
    return rows;
  }

  private List<Path> files() throws IOException {
    return Arrays.stream(folder.getFileSystem(hadoop).listStatus(folder))
        .filter(FileStatus::isFile)
        .map(FileStatus::getPath)
        .filter(file -> !file.getName().startsWith("_") && !file.getName().startsWith("."))
        .sorted(Comparator.comparing(Path::getName))
        .toList();
  }

  private static Object[] values(Group row, String[] names) {
    Object[] values = new Object[names.length];
    for (int i = 0; i < names.length; i++) {
      int field = row.getType().getFieldIndex(names[i]);
      values[i] = row.getFieldRepetitionCount(field) == 0 ? null : value(row, field);
    }
    return values;
  }

  private static Object value(Group row, int field) {
    GroupType type = row.getType();
    return type.getType(field).isPrimitive()
        ? primitive(row, field, type.getType(field).asPrimitiveType().getPrimitiveTypeName())
        : list(row.getGroup(field, 0));
  }

  /** The elements of a list: a repeated group, each with one field. */
  private static List<Object> list(Group list) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      elements.add(value(list.getGroup(0, i), 0));
    }
    return elements;
  }

  private static Object primitive(Group row, int field, PrimitiveTypeName type) {
    return switch (type) {
      case BINARY -> row.getString(field, 0);
      case INT32 -> row.getInteger(field, 0);
      case INT64 -> row.getLong(field, 0);
      case FLOAT -> row.getFloat(field, 0);
      case DOUBLE -> row.getDouble(field, 0);
      case BOOLEAN -> row.getBoolean(field, 0);
      case INT96, FIXED_LEN_BYTE_ARRAY ->
          throw new IllegalStateException("no column of a table has the type " + type);
    };
  }
}
