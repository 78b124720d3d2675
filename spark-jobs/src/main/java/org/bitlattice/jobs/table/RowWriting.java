package org.bitlattice.jobs.table;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Writes rows into a Parquet file in the form in which Spark writes them: the same schema, a list
 * as a group {@code list} of {@code element}s, and Spark's own schema beside it.
 */
final class RowWriting extends WriteSupport<Row> {
  /** Where Spark looks for the schema of a table in the footer of its files. */
  static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  private static final String MESSAGE = "spark_schema";
  private static final String LIST = "list";
  private static final String ELEMENT = "element";
  private static final Map<DataType, PrimitiveTypeName> PRIMITIVES =
      Map.of(
          DataTypes.StringType, PrimitiveTypeName.BINARY,
          DataTypes.IntegerType, PrimitiveTypeName.INT32,
          DataTypes.LongType, PrimitiveTypeName.INT64,
          DataTypes.FloatType, PrimitiveTypeName.FLOAT,
          DataTypes.DoubleType, PrimitiveTypeName.DOUBLE,
          DataTypes.BooleanType, PrimitiveTypeName.BOOLEAN);

  private final StructType struct;
  private RecordConsumer out;

  private RowWriting(StructType struct) {
    this.struct = struct;
  }

  /** A writer of rows with the columns of a schema to one file. */
  static Builder to(OutputFile file, StructType struct) {
    return new Builder(file, struct);
  }

  /** Builds the writer of a file. */
  static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final StructType struct;

    private Builder(OutputFile file, StructType struct) {
      super(file);
      this.struct = struct;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
      return new RowWriting(struct);
    }
  }

  /** The columns as Parquet names their types. */
  static MessageType message(StructType struct) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (StructField field : struct.fields()) {
      message.addField(column(field));
    }
    return message.named(MESSAGE);
  }

  private static Type column(StructField field) {
    Repetition repetition = field.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
    if (field.dataType() instanceof ArrayType array) {
      Repetition element = array.containsNull() ? Repetition.OPTIONAL : Repetition.REQUIRED;
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.listType())
          .addField(
              Types.repeatedGroup()
                  .addField(primitive(element, array.elementType(), ELEMENT))
                  .named(LIST))
          .named(field.name());
    }
    return primitive(repetition, field.dataType(), field.name());
  }

  private static Type primitive(Repetition repetition, DataType type, String name) {
    Types.PrimitiveBuilder<org.apache.parquet.schema.PrimitiveType> builder =
        Types.primitive(PRIMITIVES.get(type), repetition);
    return type.equals(DataTypes.StringType)
        ? builder.as(LogicalTypeAnnotation.stringType()).named(name)
        : builder.named(name);
  }

  @Override
  public WriteContext init(Configuration configuration) {
    return new WriteContext(message(struct), Map.of(SPARK_SCHEMA, struct.json()));
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    out = recordConsumer;
  }

  @Override
  public void write(Row row) {
    out.startMessage();
    StructField[] fields = struct.fields();
    for (int i = 0; i < fields.length; i++) {
      if (!row.isNullAt(i)) {
        out.startField(fields[i].name(), i);
        if (fields[i].dataType() instanceof ArrayType) {
          list(row.get(i));
        } else {
          value(row.get(i));
        }
        out.endField(fields[i].name(), i);
      }
    }
    out.endMessage();
  }

  private void list(Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    out.startGroup();
    if (length > 0) {
      out.startField(LIST, 0);
      for (int i = 0; i < length; i++) {
        out.startGroup();
        out.startField(ELEMENT, 0);
        value(java.lang.reflect.Array.get(array, i));
        out.endField(ELEMENT, 0);
        out.endGroup();
      }
      out.endField(LIST, 0);
    }
    out.endGroup();
  }

  private void value(Object value) {
    if (value instanceof String text) {
      out.addBinary(Binary.fromString(text));
    } else if (value instanceof Integer number) {
      out.addInteger(number);
    } else if (value instanceof Long number) {
      out.addLong(number);
    } else if (value instanceof Float number) {
      out.addFloat(number);
    } else if (value instanceof Double number) {
      out.addDouble(number);
    } else {
      out.addBoolean((Boolean) value);
    }
  }
}
