package org.bitlattice.allocation;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.bitlattice.lm.JsonObject;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.PrecisionJson;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.TensorStorage;
import org.bitlattice.quant.WeightUnit;

/**
 * A precision for every unit of an architecture, in file order, and the form of their scales. A
 * unit is a weight matrix or a block of its rows. {@link Precision#FULL} leaves a matrix in single
 * precision; blocks cannot have it while others of their matrix are quantized. As JSON, for people
 * to edit:
 *
 * <pre>
 * {
 *   "scope": "row",
 *   "scale-format": "fp16",
 *   "tensors": {
 *     "encoder.weight": {"bits": 1},
 *     "decoder.weight[0:256]": {"bits": 4},
 *     "decoder.weight[256:7000]": {"bits": 1}
 *   }
 * }
 * </pre>
 *
 * Without {@code scale-format} scales are in single precision.
 */
public final class PrecisionAssignment implements Serializable {
  private static final long serialVersionUID = 2L;

  private final ModelUnits units;
  private final ScaleForm scales;
  private final LinkedHashMap<String, Precision> precisions;

  private PrecisionAssignment(
      ModelUnits units, ScaleForm scales, LinkedHashMap<String, Precision> precisions) {
    this.units = units;
    this.scales = scales;
    this.precisions = precisions;
    units.storage(precisions, scales);
  }

  /**
   * An assignment from a precision for each unit.
   *
   * @param precisions by unit name
   * @throws IllegalArgumentException when a unit has no precision, a name is not one of the units,
   *     or only some blocks of a matrix have full precision
   */
  public static PrecisionAssignment of(
      ModelUnits units, Map<String, Precision> precisions, ScaleForm scales) {
    LinkedHashMap<String, Precision> ordered = new LinkedHashMap<>();
    for (String name : units.names()) {
      Precision precision = precisions.get(name);
      if (precision == null) {
        throw new IllegalArgumentException("the matrix %s has no precision".formatted(name));
      }
      ordered.put(name, precision);
    }
    for (String name : precisions.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s is not a matrix of this %s; its matrices are %s"
                .formatted(name, units.architecture().kind(), ordered.keySet()));
      }
    }
    return new PrecisionAssignment(units, scales, ordered);
  }

  /** The same precision for every unit. */
  public static PrecisionAssignment uniform(
      ModelUnits units, Precision precision, ScaleForm scales) {
    LinkedHashMap<String, Precision> precisions = new LinkedHashMap<>();
    units.names().forEach(name -> precisions.put(name, precision));
    return new PrecisionAssignment(units, scales, precisions);
  }

  /**
   * Reads an assignment.
   *
   * @param json the document, UTF-8
   * @param location where it comes from, for messages
   * @throws IllegalArgumentException naming the document and the field when a matrix is missing or
   *     unknown, when blocks of a matrix are not consecutive, complete and within its rows, or when
   *     bits, scope or format are not allowed
   */
  public static PrecisionAssignment fromJson(
      byte[] json, String location, LmArchitecture architecture) {
    JsonObject document = JsonObject.parse(json, location);
    document.allowOnly("scope", "scale-format", "tensors");
    ScaleForm scales = PrecisionJson.scales(document);
    JsonObject tensors = document.object("tensors");
    ModelUnits units = ModelUnits.named(architecture, tensors.keys(), document.where("tensors"));
    LinkedHashMap<String, Precision> precisions = new LinkedHashMap<>();
    for (String name : units.names()) {
      JsonObject fields = tensors.object(name);
      fields.allowOnly("bits");
      precisions.put(name, PrecisionJson.bits(fields));
    }
    try {
      return new PrecisionAssignment(units, scales, precisions);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: %s".formatted(document.where("tensors"), e.getMessage()), e);
    }
  }

  /** The assignment as JSON, ended by a line feed. */
  public String toJson() {
    StringJoiner tensors = new StringJoiner(",\n    ", "{\n    ", "\n  }");
    precisions.forEach(
        (name, precision) ->
            tensors.add("%s: {\"bits\": %d}".formatted(JsonObject.quote(name), precision.bits())));
    return "{\n  \"scope\": \"%s\",\n  \"scale-format\": \"%s\",\n  \"tensors\": %s\n}\n"
        .formatted(scales.scope().label(), scales.format().label(), tensors);
  }

  /** The units that have a precision each. */
  public ModelUnits units() {
    return units;
  }

  /** What a scale covers in the quantized units, and how it is stored. */
  public ScaleForm scales() {
    return scales;
  }

  /** Precision by unit name, in file order; unmodifiable. */
  public Map<String, Precision> precisions() {
    return Collections.unmodifiableMap(precisions);
  }

  /**
   * The precision of a unit.
   *
   * @throws IllegalArgumentException when the assignment has no such unit
   */
  public Precision precision(String unit) {
    Precision precision = precisions.get(unit);
    if (precision == null) {
      throw new IllegalArgumentException(
          "%s has no precision; the matrices are %s".formatted(unit, precisions.keySet()));
    }
    return precision;
  }

  /** How each matrix is stored, by tensor name, in file order. */
  public Map<String, TensorStorage> storage() {
    return units.storage(precisions, scales);
  }

  /** Length of the model file with this assignment, in bytes. */
  public long bytes() {
    long bytes = StoredSize.fixedBytes(units.architecture());
    for (WeightUnit unit : units.units()) {
      bytes += StoredSize.unitBytes(unit, precision(unit.name()), scales);
    }
    return bytes;
  }

  /** Nominal bits of a weight: Σ n·|W| / Σ |W| over the units. */
  public double averageBits() {
    return (double) nominalBits() / units.weights();
  }

  private long nominalBits() {
    long bits = 0;
    for (WeightUnit unit : units.units()) {
      bits += (long) precision(unit.name()).bits() * unit.weights();
    }
    return bits;
  }

  /** Whether the model is within a budget. */
  public boolean fits(Budget budget) {
    long cost =
        budget instanceof Budget.AverageBits
            ? nominalBits()
            : bytes() - StoredSize.fixedBytes(units.architecture());
    return cost <= budget.limit(units);
  }

  /** The bits of each unit in file order, with spaces between them. */
  public String bitsInOrder() {
    return precisions.values().stream()
        .map(precision -> String.valueOf(precision.bits()))
        .collect(Collectors.joining(" "));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrecisionAssignment that
        && units.equals(that.units)
        && scales.equals(that.scales)
        && precisions.equals(that.precisions);
  }

  @Override
  public int hashCode() {
    return 31 * scales.hashCode() + precisions.hashCode();
  }

  @Override
  public String toString() {
    return scales + " " + precisions;
  }
}
