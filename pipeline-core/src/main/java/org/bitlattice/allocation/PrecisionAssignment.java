package org.bitlattice.allocation;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.bitlattice.lm.JsonObject;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.PrecisionJson;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;

/**
 * A precision for every weight matrix of an architecture, in file order, and the scope of their
 * scales. {@link Precision#FULL} leaves a matrix in single precision. As JSON, for people to edit:
 *
 * <pre>
 * {
 *   "scope": "row",
 *   "tensors": {
 *     "encoder.weight": {"bits": 1},
 *     "decoder.weight": {"bits": 4}
 *   }
 * }
 * </pre>
 */
public final class PrecisionAssignment implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ScaleScope scope;
  private final LinkedHashMap<String, Precision> precisions;

  private PrecisionAssignment(ScaleScope scope, LinkedHashMap<String, Precision> precisions) {
    this.scope = scope;
    this.precisions = precisions;
  }

  /**
   * An assignment from a precision for each matrix.
   *
   * @throws IllegalArgumentException when a matrix has no precision, or a name is not one of the
   *     architecture's matrices
   */
  public static PrecisionAssignment of(
      LmArchitecture architecture, Map<String, Precision> precisions, ScaleScope scope) {
    LinkedHashMap<String, Precision> ordered = new LinkedHashMap<>();
    for (TensorShape shape : architecture.quantizable()) {
      Precision precision = precisions.get(shape.name());
      if (precision == null) {
        throw new IllegalArgumentException(
            "the matrix %s has no precision".formatted(shape.name()));
      }
      ordered.put(shape.name(), precision);
    }
    for (String name : precisions.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s is not a matrix of this %s; its matrices are %s"
                .formatted(name, architecture.kind(), ordered.keySet()));
      }
    }
    return new PrecisionAssignment(scope, ordered);
  }

  /** The same precision for every matrix, with one scale for each tensor. */
  public static PrecisionAssignment uniform(LmArchitecture architecture, Precision precision) {
    return uniform(architecture, precision, ScaleScope.TENSOR);
  }

  /** The same precision for every matrix. */
  public static PrecisionAssignment uniform(
      LmArchitecture architecture, Precision precision, ScaleScope scope) {
    LinkedHashMap<String, Precision> precisions = new LinkedHashMap<>();
    architecture.quantizable().forEach(shape -> precisions.put(shape.name(), precision));
    return new PrecisionAssignment(scope, precisions);
  }

  /**
   * Reads an assignment.
   *
   * @param json the document, UTF-8
   * @param location where it comes from, for messages
   * @throws IllegalArgumentException naming the document and the field when a matrix is missing or
   *     unknown, or when bits or scope are not allowed
   */
  public static PrecisionAssignment fromJson(
      byte[] json, String location, LmArchitecture architecture) {
    JsonObject document = JsonObject.parse(json, location);
    document.allowOnly("scope", "tensors");
    ScaleScope scope = PrecisionJson.scope(document);
    JsonObject tensors = document.object("tensors");
    LinkedHashMap<String, Precision> precisions = new LinkedHashMap<>();
    for (TensorShape shape : architecture.quantizable()) {
      JsonObject fields = tensors.object(shape.name());
      fields.allowOnly("bits");
      precisions.put(shape.name(), PrecisionJson.bits(fields));
    }
    tensors.allowOnly(precisions.keySet().toArray(String[]::new));
    return new PrecisionAssignment(scope, precisions);
  }

  /** The assignment as JSON, ended by a line feed. */
  public String toJson() {
    StringJoiner tensors = new StringJoiner(",\n    ", "{\n    ", "\n  }");
    precisions.forEach(
        (name, precision) ->
            tensors.add("%s: {\"bits\": %d}".formatted(JsonObject.quote(name), precision.bits())));
    return "{\n  \"scope\": \"%s\",\n  \"tensors\": %s\n}\n".formatted(scope.label(), tensors);
  }

  /** What a scale covers in the quantized matrices. */
  public ScaleScope scope() {
    return scope;
  }

  /** Precision by matrix, in file order; unmodifiable. */
  public Map<String, Precision> precisions() {
    return Collections.unmodifiableMap(precisions);
  }

  /**
   * The precision of a matrix.
   *
   * @throws IllegalArgumentException when the assignment has no such matrix
   */
  public Precision precision(String tensor) {
    Precision precision = precisions.get(tensor);
    if (precision == null) {
      throw new IllegalArgumentException(
          "%s has no precision; the matrices are %s".formatted(tensor, precisions.keySet()));
    }
    return precision;
  }

  /** Length of the model file with this assignment, in bytes. */
  public long bytes(LmArchitecture architecture) {
    return StoredSize.fixedBytes(architecture)
        + architecture.quantizable().stream()
            .mapToLong(shape -> StoredSize.tensorBytes(shape, precision(shape.name()), scope))
            .sum();
  }

  /** Nominal bits of a weight: Σ n·|W| / Σ |W| over the matrices. */
  public double averageBits(LmArchitecture architecture) {
    long bits = 0;
    long weights = 0;
    for (TensorShape shape : architecture.quantizable()) {
      bits += (long) precision(shape.name()).bits() * shape.size();
      weights += shape.size();
    }
    return (double) bits / weights;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrecisionAssignment that
        && scope == that.scope
        && precisions.equals(that.precisions);
  }

  @Override
  public int hashCode() {
    return 31 * scope.hashCode() + precisions.hashCode();
  }

  @Override
  public String toString() {
    return scope.label() + " " + precisions;
  }
}
