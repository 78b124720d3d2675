package org.bitlattice.jobs.table;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The table that holds records of one type: a column for each component, in their order, named in
 * snake case ({@code averageBits} becomes {@code average_bits}). Components may be {@code String},
 * {@code int}, {@code long}, {@code float}, {@code double}, {@code boolean}, {@code int[]}, {@code
 * float[]} and {@code double[]}, which are never null, and {@code Optional<String>}, {@code
 * Optional<Boolean>}, {@code OptionalInt}, {@code OptionalLong} and {@code OptionalDouble}, whose
 * empty value is a null in the table. Records with optionals can be rows but cannot be shuffled:
 * optionals are not serializable.
 *
 * @param <T> the record type
 */
public final class RowSchema<T extends Record> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private final transient StructType struct;
  private final transient ColumnType[] columns;
  private final transient Method[] accessors;
  private final transient Constructor<T> constructor;

  private RowSchema(Class<T> type) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    this.columns = Arrays.stream(components).map(ColumnType::of).toArray(ColumnType[]::new);
    this.accessors = Arrays.stream(components).map(RowSchema::accessor).toArray(Method[]::new);
    StructField[] fields = new StructField[components.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i] =
          DataTypes.createStructField(
              snakeCase(components[i].getName()), columns[i].sparkType(), columns[i].nullable());
    }
    this.struct = DataTypes.createStructType(fields);
    this.constructor = constructor(type, components);
  }

  /**
   * Derives the table of a record type.
   *
   * @throws IllegalStateException naming the component when its type cannot be stored
   */
  public static <T extends Record> RowSchema<T> of(Class<T> type) {
    return new RowSchema<>(type);
  }

  /** Columns in the order of the record's components. */
  public StructType struct() {
    return struct;
  }

  /** Class of the records. */
  public Class<T> type() {
    return type;
  }

  /**
   * A record as a row with the columns of {@link #struct()}.
   *
   * @throws IllegalArgumentException naming the column when a component is null
   */
  public Row toRow(T record) {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      Object value = invoke(accessors[i], record);
      if (value == null) {
        throw new IllegalArgumentException(
            "Cannot store a row of %s: its column %s is null"
                .formatted(type.getSimpleName(), struct.fields()[i].name()));
      }
      values[i] = columns[i].toColumn(value);
    }
    return RowFactory.create(values);
  }

  /**
   * The record of a row whose columns stand in the order of {@link #struct()}.
   *
   * @throws IllegalArgumentException naming the column when a value is null that must not be, and
   *     what the record itself throws for values it refuses
   */
  public T fromRow(Row row) {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      if (!row.isNullAt(i)) {
        values[i] = columns[i].array() ? row.getList(i) : row.get(i);
      }
    }
    return fromValues(values);
  }

  /**
   * The record of a row's values, in the order of {@link #struct()}; an array column's value is a
   * list.
   *
   * @throws IllegalArgumentException as {@link #fromRow}
   */
  T fromValues(Object[] row) {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      if (row[i] == null && !columns[i].nullable()) {
        throw new IllegalArgumentException(
            "Cannot read a row of %s: its column %s is null"
                .formatted(type.getSimpleName(), struct.fields()[i].name()));
      }
      values[i] = columns[i].fromColumn(row[i]);
    }
    return construct(values);
  }

  private T construct(Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException("Cannot make a " + type.getName(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make a " + type.getName(), e);
    }
  }

  private Object readResolve() {
    return of(type);
  }

  /** {@code averageBits} to {@code average_bits}. */
  static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Method accessor(RecordComponent component) {
    Method accessor = component.getAccessor();
    accessor.setAccessible(true);
    return accessor;
  }

  private static <T extends Record> Constructor<T> constructor(
      Class<T> type, RecordComponent[] components) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type.getName() + " has no canonical constructor", e);
    }
  }

  private static Object invoke(Method accessor, Object record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + accessor, e);
    }
  }
}
