package org.bitlattice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitlattice.allocation.AllocationRules;
import org.bitlattice.allocation.Budget;
import org.bitlattice.allocation.UnitPattern;
import org.bitlattice.quant.Precision;
import org.bitlattice.sensitivity.HessianSensitivity;
import org.bitlattice.settings.PrecisionChoice.Source;
import org.bitlattice.settings.SystemSettings.Method;

/** Reads how the precisions of a system are chosen. */
final class PrecisionSection {
  private static final List<String> BUDGETS = List.of("average-bits", "ratio", "bytes");

  private enum Way {
    UNIFORM,
    KL,
    HESSIAN,
    SEARCH,
    BEST,
    GIVEN
  }

  private enum Judge {
    SENSITIVITY,
    MEASUREMENT
  }

  private final SettingsReader system;
  private final boolean defaults;

  /**
   * @param system reader of the system's section
   * @param defaults whether this is the section of defaults, which may leave open what a choice
   *     needs
   */
  PrecisionSection(SettingsReader system, boolean defaults) {
    this.system = system;
    this.defaults = defaults;
  }

  PrecisionChoice read(Method method) {
    int bits = bits();
    if (method.trains() && bits == 32) {
      system.problem(
          "bits", "is 32 with method " + SettingsReader.written(method), "1, 2, 4, 8 or 16");
    }
    Way way = system.choice("precision", Way.class);
    boolean chosen = way != Way.UNIFORM && way != Way.GIVEN;
    Budget budget = budget(chosen && !defaults);
    HessianSensitivity.Kind trace = system.choice("trace", HessianSensitivity.Kind.class);
    List<Source> sources = sources();
    Judge judge = system.choice("choose-by", Judge.class);
    AllocationRules rules = rules(system.section("allocation"));
    PrecisionChoice.Candidates candidates = candidates(system.section("candidates"));
    String given = system.text("assignment");
    if (way == Way.GIVEN && given.isBlank() && !defaults) {
      system.problem(
          "assignment", "is empty", "the path of an assignment.json, with precision = given");
    }
    if (method == Method.FULL_PRECISION) {
      return new PrecisionChoice.Uniform(Precision.FULL);
    }
    return switch (way) {
      case UNIFORM -> new PrecisionChoice.Uniform(Precision.ofBits(bits));
      case GIVEN -> new PrecisionChoice.Given(given);
      case BEST ->
          new PrecisionChoice.Chosen(sources, budget, trace, rules, Optional.of(candidates));
      case KL, HESSIAN, SEARCH ->
          new PrecisionChoice.Chosen(
              List.of(Source.valueOf(way.name())),
              budget,
              trace,
              rules,
              judge == Judge.MEASUREMENT ? Optional.of(candidates) : Optional.empty());
    };
  }

  private int bits() {
    int bits = system.integer("bits", 1, 32);
    if (Stream.of(Precision.values()).noneMatch(p -> p.bits() == bits)) {
      system.problem("bits", "is " + bits, "1, 2, 4, 8, 16 or 32");
      return 2;
    }
    return bits;
  }

  private Budget budget(boolean required) {
    SettingsReader budget = system.section("budget");
    List<String> given = BUDGETS.stream().filter(budget::has).toList();
    BUDGETS.forEach(budget::ignore);
    if (given.size() > 1 || (required && given.isEmpty())) {
      system.problem(
          "budget",
          given.isEmpty() ? "is empty" : "has " + String.join(" and ", given),
          "exactly one of " + String.join(", ", BUDGETS));
    }
    if (given.isEmpty()) {
      return new Budget.AverageBits(32);
    }
    return switch (given.get(0)) {
      case "average-bits" -> new Budget.AverageBits(budget.number("average-bits", 1, 32));
      case "ratio" -> new Budget.Ratio(budget.number("ratio", 1, 32));
      default -> new Budget.Bytes((long) budget.number("bytes", 1, 1e15));
    };
  }

  private List<Source> sources() {
    String allowed =
        "distinct names from "
            + Stream.of(Source.values())
                .map(SettingsReader::written)
                .collect(Collectors.joining(", "));
    Set<Source> sources = new TreeSet<>();
    for (String name : system.texts("sources")) {
      Optional<Source> source =
          Stream.of(Source.values())
              .filter(s -> SettingsReader.written(s).equals(name))
              .findFirst();
      if (source.isEmpty() || !sources.add(source.get())) {
        system.problem("sources", "has \"%s\"".formatted(name), allowed);
        return List.of(Source.UNIFORM);
      }
    }
    if (sources.isEmpty()) {
      system.problem("sources", "is empty", allowed);
      return List.of(Source.UNIFORM);
    }
    return List.copyOf(sources);
  }

  private static PrecisionChoice.Candidates candidates(SettingsReader candidates) {
    return new PrecisionChoice.Candidates(
        candidates.integer("count", 1, 1000),
        candidates.integer("sentences", 1, Integer.MAX_VALUE));
  }

  private static AllocationRules rules(SettingsReader allocation) {
    List<AllocationRules.Limit> limits = new ArrayList<>();
    for (SettingsReader limit : allocation.sections("limits")) {
      List.of("bits", "at-least").forEach(limit::ignore);
      Optional<UnitPattern> units = pattern(limit, "units", limit.requiredText("units"));
      Set<Precision> allowed =
          limit.has("bits")
              ? Set.copyOf(ExperimentSections.precisions(limit))
              : Set.of(Precision.values());
      int atLeast = limit.has("at-least") ? limit.integer("at-least", 1, 16) : 1;
      limit.reportUnknown();
      if (!limit.has("bits") && !limit.has("at-least")) {
        limit.problem("bits", "is missing, and so is at-least", "one of them or both");
      }
      units.ifPresent(own -> limits.add(new AllocationRules.Limit(own, allowed, atLeast)));
    }
    List<UnitPattern> groups = new ArrayList<>();
    for (String group : allocation.texts("groups")) {
      pattern(allocation, "groups", group).ifPresent(groups::add);
    }
    return new AllocationRules(limits, groups);
  }

  private static Optional<UnitPattern> pattern(SettingsReader section, String key, String regex) {
    try {
      return Optional.of(new UnitPattern(regex));
    } catch (PatternSyntaxException e) {
      section.problem(
          key,
          "is \"%s\": %s".formatted(regex, e.getDescription()),
          "a regular expression for names of units, such as \"decoder\\\\.weight\"");
      return Optional.empty();
    }
  }
}
