package org.bitlattice.quant;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;

/**
 * All weight matrices of an architecture, each whole or cut into blocks of rows.
 *
 * @param units in file order; the blocks of a matrix are consecutive and cover its rows
 */
public record ModelUnits(LmArchitecture architecture, List<WeightUnit> units)
    implements Serializable {
  private static final Pattern BLOCK = Pattern.compile("(.+)\\[(\\d{1,10}):(\\d{1,10})]");

  /**
   * @throws IllegalArgumentException when a matrix is missing, or its blocks have a gap or overlap
   */
  public ModelUnits {
    units = List.copyOf(units);
    List<WeightUnit> left = new ArrayList<>(units);
    for (TensorShape shape : architecture.quantizable()) {
      int row = 0;
      while (!left.isEmpty() && left.get(0).tensor().equals(shape) && left.get(0).from() == row) {
        row = left.remove(0).to();
      }
      if (row < shape.rows()) {
        throw new IllegalArgumentException(
            "the units of %s end at row %d of %d, where %s follows"
                .formatted(
                    shape.name(),
                    row,
                    shape.rows(),
                    left.isEmpty() ? "nothing" : left.get(0).name()));
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is not a unit of this %s".formatted(left.get(0).name(), architecture.kind()));
    }
  }

  /** Every matrix whole. */
  public static ModelUnits whole(LmArchitecture architecture) {
    return WordBlocks.NONE.cut(architecture);
  }

  /**
   * The units that names stand for, in whatever order: {@code decoder.weight}, or all of {@code
   * decoder.weight[0:256]}, {@code decoder.weight[256:1000]} and so on.
   *
   * @param location where the names stand, for messages
   * @throws IllegalArgumentException naming location and matrix when a matrix is missing, or given
   *     twice, or when its blocks are not consecutive, complete and within its rows; and when a
   *     name belongs to no matrix
   */
  public static ModelUnits named(
      LmArchitecture architecture, Collection<String> names, String location) {
    Map<String, List<String>> byTensor = new LinkedHashMap<>();
    architecture.quantizable().forEach(shape -> byTensor.put(shape.name(), new ArrayList<>()));
    for (String name : names) {
      List<String> own = byTensor.get(tensorOf(name));
      if (own == null) {
        throw new IllegalArgumentException(
            "%s: %s is not a matrix of this %s, nor a block of one; its matrices are %s"
                .formatted(location, name, architecture.kind(), byTensor.keySet()));
      }
      own.add(name);
    }
    List<WeightUnit> units = new ArrayList<>();
    for (TensorShape shape : architecture.quantizable()) {
      units.addAll(unitsOf(shape, byTensor.get(shape.name()), location));
    }
    return new ModelUnits(architecture, units);
  }

  private static String tensorOf(String unit) {
    Matcher block = BLOCK.matcher(unit);
    return block.matches() ? block.group(1) : unit;
  }

  private static List<WeightUnit> unitsOf(TensorShape shape, List<String> names, String location) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: the matrix %s is missing".formatted(location, shape.name()));
    }
    if (names.equals(List.of(shape.name()))) {
      return List.of(WeightUnit.of(shape));
    }
    List<long[]> blocks = new ArrayList<>();
    for (String name : names) {
      Matcher block = BLOCK.matcher(name);
      if (block.matches()) {
        blocks.add(new long[] {Long.parseLong(block.group(2)), Long.parseLong(block.group(3))});
      }
    }
    blocks.sort(Comparator.comparingLong((long[] b) -> b[0]).thenComparingLong(b -> b[1]));
    long row = 0;
    for (long[] block : blocks) {
      row = block[0] == row && block[1] > row ? block[1] : -1;
    }
    if (blocks.size() < names.size() || row != shape.rows()) {
      throw new IllegalArgumentException(
          "%s: the blocks of %s are %s; they must cover its rows 0 to %d one after the other"
              .formatted(
                  location,
                  shape.name(),
                  names.stream().sorted().collect(Collectors.joining(", ")),
                  shape.rows()));
    }
    return blocks.stream().map(b -> new WeightUnit(shape, (int) b[0], (int) b[1])).toList();
  }

  /** How every matrix is stored when all units have the same precision. */
  public Map<String, TensorStorage> storage(Precision precision, ScaleForm scales) {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    names().forEach(name -> precisions.put(name, precision));
    return storage(precisions, scales);
  }

  /** Names of the units, in file order. */
  public List<String> names() {
    return units.stream().map(WeightUnit::name).toList();
  }

  /** Number of weights in all units. */
  public long weights() {
    return units.stream().mapToLong(WeightUnit::weights).sum();
  }

  /**
   * How every matrix is stored when its units have these precisions.
   *
   * @param precisions by unit name
   * @return by tensor name, in file order; matrices in full precision among them
   * @throws IllegalArgumentException naming the unit when it has no precision, and the matrix when
   *     only some of its blocks have full precision
   */
  public Map<String, TensorStorage> storage(Map<String, Precision> precisions, ScaleForm scales) {
    Map<String, List<PrecisionBlock>> blocks = new LinkedHashMap<>();
    for (WeightUnit unit : units) {
      Precision precision = precisions.get(unit.name());
      if (precision == null) {
        throw new IllegalArgumentException("the matrix %s has no precision".formatted(unit.name()));
      }
      blocks
          .computeIfAbsent(unit.tensor().name(), name -> new ArrayList<>())
          .add(new PrecisionBlock(unit.from(), unit.to(), precision));
    }
    Map<String, TensorStorage> storage = new LinkedHashMap<>();
    blocks.forEach((tensor, own) -> storage.put(tensor, storage(tensor, own, scales)));
    return storage;
  }

  /** The storage of one matrix; its form of scales means nothing in full precision. */
  static TensorStorage storage(String tensor, List<PrecisionBlock> blocks, ScaleForm scales) {
    if (blocks.stream().noneMatch(block -> block.precision().quantized())) {
      return TensorStorage.full(blocks.get(blocks.size() - 1).to());
    }
    try {
      return new TensorStorage(blocks, scales);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(tensor, e.getMessage()), e);
    }
  }
}
