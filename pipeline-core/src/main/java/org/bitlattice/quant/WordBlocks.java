package org.bitlattice.quant;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;

/**
 * How matrices with one row for each word (embedding and output) are cut into units. Words are
 * numbered by falling frequency, so a few blocks let frequent words keep more bits than the many
 * rare ones.
 *
 * @param bounds rows at which a new block begins, rising, each at least 1; empty: matrices stay
 *     whole. A bound at or beyond the vocabulary's size cuts nothing
 */
public record WordBlocks(List<Integer> bounds) implements Serializable {
  /** Most bounds; their {@linkplain #label label} must fit into the name of a folder. */
  public static final int MOST_BOUNDS = 15;

  /** Every matrix is one unit. */
  public static final WordBlocks NONE = new WordBlocks(List.of());

  /**
   * @throws IllegalArgumentException when there are too many bounds, or they do not rise from 1
   */
  public WordBlocks {
    bounds = List.copyOf(bounds);
    if (bounds.size() > MOST_BOUNDS) {
      throw new IllegalArgumentException(
          "%d bounds of word blocks are too many; at most %d are allowed"
              .formatted(bounds.size(), MOST_BOUNDS));
    }
    int before = 0;
    for (int bound : bounds) {
      if (bound <= before) {
        throw new IllegalArgumentException(
            "%d after %d is not a bound of word blocks; bounds rise and begin at 1 or later"
                .formatted(bound, before));
      }
      before = bound;
    }
  }

  /** The units of an architecture. */
  public ModelUnits cut(LmArchitecture architecture) {
    List<WeightUnit> units = new ArrayList<>();
    for (TensorShape shape : architecture.quantizable()) {
      int row = 0;
      if (shape.kind() == TensorShape.Kind.WORD_MATRIX) {
        for (int bound : bounds) {
          if (bound < shape.rows()) {
            units.add(new WeightUnit(shape, row, bound));
            row = bound;
          }
        }
      }
      units.add(new WeightUnit(shape, row, shape.rows()));
    }
    return new ModelUnits(architecture, units);
  }

  /** The bounds joined by hyphens, such as {@code 256-1024}; empty without bounds. */
  public String label() {
    return bounds.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }
}
