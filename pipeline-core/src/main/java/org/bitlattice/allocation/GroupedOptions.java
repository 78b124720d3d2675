package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.quant.Precision;

/**
 * Choices of precisions, each for one unit or for a group of units that share it. A group's option
 * has the sums of its members' damages and sizes.
 */
final class GroupedOptions {
  private final Map<String, List<UnitOption>> options = new LinkedHashMap<>();
  private final Map<String, List<String>> members = new LinkedHashMap<>();

  /**
   * Adds the choice of a group, at the precisions that all its members have.
   *
   * @param group names of its units, at least one
   * @param own options by unit
   * @throws IllegalArgumentException when the members have no precision in common
   */
  void add(List<String> group, Map<String, List<UnitOption>> own) {
    List<UnitOption> sums = new ArrayList<>();
    for (UnitOption first : own.get(group.get(0))) {
      sum(group, own, first.precision()).ifPresent(sums::add);
    }
    if (sums.isEmpty()) {
      throw new IllegalArgumentException(
          "the units %s must share a precision, and no precision is allowed for all of them"
              .formatted(group));
    }
    String name = String.join(" + ", group);
    options.put(name, sums);
    members.put(name, List.copyOf(group));
  }

  private static Optional<UnitOption> sum(
      List<String> group, Map<String, List<UnitOption>> own, Precision precision) {
    double damage = 0;
    long bytes = 0;
    long bits = 0;
    for (String unit : group) {
      Optional<UnitOption> option =
          own.get(unit).stream().filter(o -> o.precision() == precision).findFirst();
      if (option.isEmpty()) {
        return Optional.empty();
      }
      damage += option.get().damage();
      bytes += option.get().bytes();
      bits += option.get().nominalBits();
    }
    return Optional.of(new UnitOption(precision, damage, bytes, bits));
  }

  /** Options by choice, in the order in which they were added. */
  Map<String, List<UnitOption>> options() {
    return options;
  }

  /** The precision of every unit, from those of the choices. */
  Map<String, Precision> units(Map<String, Precision> chosen) {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    members.forEach(
        (choice, units) -> units.forEach(unit -> precisions.put(unit, chosen.get(choice))));
    return precisions;
  }
}
