package org.bitlattice.settings;

import java.util.List;
import java.util.stream.Stream;
import org.bitlattice.allocation.Budget;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.lowbit.AdmmSettings;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.settings.SystemSettings.Method;

/** Reads the settings of one system. */
final class SystemSection {
  private static final List<String> BUDGETS = List.of("average-bits", "ratio", "bytes");

  private enum Choice {
    UNIFORM,
    KL
  }

  private SystemSection() {}

  /**
   * @param defaults whether this is the section of defaults, which may leave the budget open
   */
  static SystemSettings read(String id, SettingsReader system, boolean defaults) {
    Method method = system.choice("method", Method.class);
    int bits = bits(system);
    if (method == Method.ADMM && bits == 32) {
      system.problem("bits", "is 32 with method admm", "1, 2, 4, 8 or 16");
    }
    Choice choice = system.choice("precision", Choice.class);
    Budget budget = budget(system, choice == Choice.KL && !defaults);
    PrecisionChoice precision;
    if (method == Method.FULL_PRECISION) {
      precision = new PrecisionChoice.Uniform(Precision.FULL);
    } else if (choice == Choice.UNIFORM) {
      precision = new PrecisionChoice.Uniform(Precision.ofBits(bits));
    } else {
      precision = new PrecisionChoice.ByKl(budget);
    }
    return new SystemSettings(
        id,
        method,
        precision,
        system.choice("scope", ScaleScope.class),
        inference(system, method, precision),
        admm(system.section("admm")));
  }

  /** A full-precision system is run exact whatever the defaults say. */
  private static ScoringMode inference(
      SettingsReader system, Method method, PrecisionChoice precision) {
    ScoringMode inference = system.choice("inference", ScoringMode.class);
    if (!(precision instanceof PrecisionChoice.Uniform uniform)) {
      return inference;
    }
    int bits = uniform.precision().bits();
    boolean full = method == Method.FULL_PRECISION;
    if (bits > 8 && !full && inference != ScoringMode.EXACT) {
      system.problem(
          "inference",
          "is \"%s\" with %d bits".formatted(inference.label(), bits),
          "exact; the other modes compute with codes of up to 8 bits");
    }
    return full ? ScoringMode.EXACT : inference;
  }

  private static int bits(SettingsReader system) {
    int bits = system.integer("bits", 1, 32);
    if (Stream.of(Precision.values()).noneMatch(p -> p.bits() == bits)) {
      system.problem("bits", "is " + bits, "1, 2, 4, 8, 16 or 32");
      return 2;
    }
    return bits;
  }

  private static Budget budget(SettingsReader system, boolean required) {
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

  private static AdmmSchedule admm(SettingsReader admm) {
    return new AdmmSchedule(
        new AdmmSettings(
            admm.integer("rounds", 1, 10_000),
            admm.number("gamma", 1e-12, 1e12),
            admm.number("gamma-growth", 0.01, 100)),
        admm.integer("averagings-per-round", 1, 1_000_000),
        admm.number("learning-rate", 1e-9, 10),
        admm.number("learning-rate-factor", 1e-3, 10));
  }
}
