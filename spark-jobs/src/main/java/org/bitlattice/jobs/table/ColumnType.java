package org.bitlattice.jobs.table;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** How one type of record component is stored in a column, both ways. */
@SuppressWarnings("ImmutableEnumChecker") // Spark's simple types are immutable but do not say so.
enum ColumnType {
  STRING(DataTypes.StringType, false),
  INT(DataTypes.IntegerType, false),
  LONG(DataTypes.LongType, false),
  FLOAT(DataTypes.FloatType, false),
  DOUBLE(DataTypes.DoubleType, false),
  BOOLEAN(DataTypes.BooleanType, false),
  INTS(DataTypes.createArrayType(DataTypes.IntegerType, false), false),
  FLOATS(DataTypes.createArrayType(DataTypes.FloatType, false), false),
  DOUBLES(DataTypes.createArrayType(DataTypes.DoubleType, false), false),
  OPTIONAL_STRING(DataTypes.StringType, true),
  OPTIONAL_INT(DataTypes.IntegerType, true),
  OPTIONAL_LONG(DataTypes.LongType, true),
  OPTIONAL_DOUBLE(DataTypes.DoubleType, true),
  OPTIONAL_BOOLEAN(DataTypes.BooleanType, true);

  private static final Map<Type, ColumnType> BY_CLASS =
      Map.ofEntries(
          Map.entry(String.class, STRING),
          Map.entry(int.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(float.class, FLOAT),
          Map.entry(double.class, DOUBLE),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(int[].class, INTS),
          Map.entry(float[].class, FLOATS),
          Map.entry(double[].class, DOUBLES),
          Map.entry(OptionalInt.class, OPTIONAL_INT),
          Map.entry(OptionalLong.class, OPTIONAL_LONG),
          Map.entry(OptionalDouble.class, OPTIONAL_DOUBLE));

  private static final Map<String, ColumnType> BY_GENERIC_NAME =
      Map.of(
          optionalName(String.class),
          OPTIONAL_STRING,
          optionalName(Boolean.class),
          OPTIONAL_BOOLEAN);

  private final DataType sparkType;
  private final boolean nullable;

  ColumnType(DataType sparkType, boolean nullable) {
    this.sparkType = sparkType;
    this.nullable = nullable;
  }

  static ColumnType of(RecordComponent component) {
    ColumnType type =
        BY_GENERIC_NAME.getOrDefault(
            component.getGenericType().getTypeName(), BY_CLASS.get(component.getType()));
    if (type == null) {
      throw new IllegalStateException(
          ("%s.%s has the type %s, which no column holds; use String, int, long, float, double,"
                  + " boolean, int[], float[], double[], Optional<String>, Optional<Boolean>,"
                  + " OptionalInt, OptionalLong or OptionalDouble")
              .formatted(
                  component.getDeclaringRecord().getName(),
                  component.getName(),
                  component.getGenericType().getTypeName()));
    }
    return type;
  }

  private static String optionalName(Class<?> held) {
    return Optional.class.getName() + "<" + held.getName() + ">";
  }

  DataType sparkType() {
    return sparkType;
  }

  boolean nullable() {
    return nullable;
  }

  /** The component's value as Spark stores it; null stands for an empty optional. */
  Object toColumn(Object value) {
    return switch (this) {
      case OPTIONAL_STRING, OPTIONAL_BOOLEAN -> ((Optional<?>) value).orElse(null);
      case OPTIONAL_INT -> boxed((OptionalInt) value);
      case OPTIONAL_LONG -> boxed((OptionalLong) value);
      case OPTIONAL_DOUBLE -> boxed((OptionalDouble) value);
      default -> value;
    };
  }

  /** The component's value from a column's; an array column's value arrives as a list. */
  Object fromColumn(Object value) {
    return switch (this) {
      case INTS -> ((List<?>) value).stream().mapToInt(v -> (Integer) v).toArray();
      case FLOATS -> floats((List<?>) value);
      case DOUBLES -> ((List<?>) value).stream().mapToDouble(v -> (Double) v).toArray();
      case OPTIONAL_STRING, OPTIONAL_BOOLEAN -> Optional.ofNullable(value);
      case OPTIONAL_INT -> optional(value, v -> OptionalInt.of((Integer) v), OptionalInt.empty());
      case OPTIONAL_LONG -> optional(value, v -> OptionalLong.of((Long) v), OptionalLong.empty());
      case OPTIONAL_DOUBLE ->
          optional(value, v -> OptionalDouble.of((Double) v), OptionalDouble.empty());
      default -> value;
    };
  }

  boolean array() {
    return this == INTS || this == FLOATS || this == DOUBLES;
  }

  private static Object boxed(OptionalInt value) {
    return value.isPresent() ? (Object) value.getAsInt() : null;
  }

  private static Object boxed(OptionalLong value) {
    return value.isPresent() ? (Object) value.getAsLong() : null;
  }

  private static Object boxed(OptionalDouble value) {
    return value.isPresent() ? (Object) value.getAsDouble() : null;
  }

  private static <T> T optional(Object value, Function<Object, T> present, T empty) {
    return value == null ? empty : present.apply(value);
  }

  private static float[] floats(List<?> values) {
    float[] floats = new float[values.size()];
    int i = 0;
    for (Object value : values) {
      floats[i++] = (Float) value;
    }
    return floats;
  }
}
