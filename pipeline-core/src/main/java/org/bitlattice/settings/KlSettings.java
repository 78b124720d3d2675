package org.bitlattice.settings;

import java.util.List;
import org.bitlattice.sensitivity.KlStopping;

/**
 * How many shards KL divergences are measured on.
 *
 * @param batch shards between two looks at the regret
 * @param stopping when there are enough shards
 */
public record KlSettings(int batch, KlStopping stopping) {
  private static final double MOST_BITS = 16;

  static KlSettings read(SettingsReader kl) {
    return new KlSettings(
        kl.integer("batch", 1, 1_000_000), new KlStopping(budgets(kl), kl.number("regret", 0, 1)));
  }

  private static List<Double> budgets(SettingsReader kl) {
    String allowed = "a list of rising numbers from 1 to 16, at least one";
    int problems = kl.problems().size();
    List<Double> budgets = kl.numbers("settled-at", allowed);
    double before = 0;
    for (double bits : budgets) {
      if (!(bits >= 1 && bits <= MOST_BITS && bits > before)) {
        kl.problem(
            "settled-at",
            before < 1 ? "has " + bits : "has %s after %s".formatted(bits, before),
            allowed);
        return List.of(1.0);
      }
      before = bits;
    }
    if (budgets.isEmpty() && kl.problems().size() == problems) {
      kl.problem("settled-at", "has no number", allowed);
    }
    return budgets.isEmpty() ? List.of(1.0) : budgets;
  }
}
