package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.WeightUnit;

/**
 * What an allocation may choose: precisions allowed for some units, floors, and units that must
 * share a precision. Units are named by regular expressions, which must match the whole name of the
 * unit ({@code decoder.weight[0:256]}) or of its tensor ({@code decoder.weight}).
 *
 * @param limits every one that matches a unit holds for it
 * @param groups units that match one of these share a precision, group by group
 */
public record AllocationRules(List<Limit> limits, List<UnitPattern> groups) {
  /** No rule: every unit has a choice of its own among all precisions. */
  public static final AllocationRules NONE = new AllocationRules(List.of(), List.of());

  public AllocationRules {
    limits = List.copyOf(limits);
    groups = List.copyOf(groups);
  }

  /**
   * Precisions that units may have.
   *
   * @param units the units
   * @param allowed those allowed
   * @param atLeast the fewest bits, 1 for no floor
   */
  public record Limit(UnitPattern units, Set<Precision> allowed, int atLeast) {
    public Limit {
      allowed = Set.copyOf(allowed);
    }

    private boolean allows(Precision precision) {
      return allowed.contains(precision) && precision.bits() >= atLeast;
    }
  }

  /**
   * The choices that are left, one for each group and each unit in no group.
   *
   * @param options for each unit, by its name, the precisions to choose from
   * @throws IllegalArgumentException naming the pattern that matches no unit, the unit or group
   *     that is left without a precision, or the unit that is in two groups
   */
  GroupedOptions apply(ModelUnits units, Map<String, List<UnitOption>> options) {
    Map<String, List<UnitOption>> limited = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      limited.put(unit.name(), limited(unit, options.get(unit.name())));
    }
    limits.forEach(limit -> requireMatch(units, limit.units()));
    GroupedOptions grouped = new GroupedOptions();
    List<String> done = new ArrayList<>();
    for (WeightUnit unit : units.units()) {
      Optional<UnitPattern> group = groupOf(unit);
      if (group.isEmpty()) {
        grouped.add(List.of(unit.name()), limited);
      } else if (!done.contains(unit.name())) {
        List<String> members =
            units.units().stream().filter(group.get()::matches).map(WeightUnit::name).toList();
        grouped.add(members, limited);
        done.addAll(members);
      }
    }
    groups.forEach(group -> requireMatch(units, group));
    return grouped;
  }

  /** Whether the limits allow a unit a precision. */
  public boolean allows(WeightUnit unit, Precision precision) {
    return limits.stream()
        .filter(limit -> limit.units().matches(unit))
        .allMatch(limit -> limit.allows(precision));
  }

  private List<UnitOption> limited(WeightUnit unit, List<UnitOption> options) {
    List<UnitOption> left =
        options.stream().filter(option -> allows(unit, option.precision())).toList();
    if (left.isEmpty()) {
      throw new IllegalArgumentException(
          "the allocation rules leave %s no precision; those measured are %s bits"
              .formatted(unit.name(), bits(options)));
    }
    return left;
  }

  static String bits(List<UnitOption> options) {
    return options.stream()
        .map(option -> String.valueOf(option.precision().bits()))
        .collect(Collectors.joining(", "));
  }

  private static void requireMatch(ModelUnits units, UnitPattern pattern) {
    if (units.units().stream().noneMatch(pattern::matches)) {
      throw new IllegalArgumentException(
          "the allocation rule for \"%s\" matches no unit of this %s; its units are %s"
              .formatted(pattern.regex(), units.architecture().kind(), units.names()));
    }
  }

  private Optional<UnitPattern> groupOf(WeightUnit unit) {
    List<UnitPattern> own = groups.stream().filter(group -> group.matches(unit)).toList();
    if (own.size() > 1) {
      throw new IllegalArgumentException(
          "%s is in two groups that share a precision, \"%s\" and \"%s\""
              .formatted(unit.name(), own.get(0).regex(), own.get(1).regex()));
    }
    return own.stream().findFirst();
  }
}
