package org.bitlattice.settings;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bitlattice.allocation.Budget;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.lm.training.RateSchedule;
import org.bitlattice.lowbit.AdmmSettings;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.sensitivity.HessianSensitivity;
import org.bitlattice.settings.SystemSettings.Method;

/** Reads the settings of one system. */
final class SystemSection {
  private static final List<String> BUDGETS = List.of("average-bits", "ratio", "bytes");

  private static final String BASELINE = "baseline";

  /** Vocabularies are not larger ({@code corpus.maximum-words}). */
  private static final int LARGEST_WORD_BLOCK = 10_000_000;

  private enum Choice {
    UNIFORM,
    KL,
    HESSIAN,
    SEARCH
  }

  private SystemSection() {}

  /**
   * @param defaults whether this is the section of defaults, which may leave the budget open
   */
  static SystemSettings read(String id, SettingsReader system, boolean defaults) {
    Method method = system.choice("method", Method.class);
    int bits = bits(system);
    if (method.trains() && bits == 32) {
      system.problem(
          "bits", "is 32 with method " + SettingsReader.written(method), "1, 2, 4, 8 or 16");
    }
    Choice choice = system.choice("precision", Choice.class);
    Budget budget = budget(system, choice != Choice.UNIFORM && !defaults);
    HessianSensitivity.Kind trace = system.choice("trace", HessianSensitivity.Kind.class);
    PrecisionChoice precision =
        switch (method == Method.FULL_PRECISION ? Choice.UNIFORM : choice) {
          case UNIFORM -> new PrecisionChoice.Uniform(uniform(method, bits));
          case KL -> new PrecisionChoice.ByKl(budget);
          case HESSIAN -> new PrecisionChoice.ByHessian(budget, trace);
          case SEARCH -> new PrecisionChoice.BySearch(budget);
        };
    system.ignore("start-from");
    LowBitTraining training = training(system.section("low-bit-training"));
    return new SystemSettings(
        id,
        method,
        precision,
        tables(system),
        inference(system, method, precision),
        method.trains() ? startFrom(system) : Optional.empty(),
        training,
        admm(system.section("admm"), training.rounds()),
        stop(system.section("admm.stop")),
        latentClip(system.section("straight-through")));
  }

  private static Precision uniform(Method method, int bits) {
    return method == Method.FULL_PRECISION ? Precision.FULL : Precision.ofBits(bits);
  }

  private static TableForm tables(SettingsReader system) {
    ScaleForm scales =
        new ScaleForm(
            system.choice("scope", ScaleScope.class),
            system.choice("scale-format", ScaleFormat.class));
    return new TableForm(scales, wordBlocks(system));
  }

  private static WordBlocks wordBlocks(SettingsReader system) {
    String allowed =
        "a list of at most %d rising numbers from 1 to %d"
            .formatted(WordBlocks.MOST_BOUNDS, LARGEST_WORD_BLOCK);
    List<Integer> bounds = system.integers("word-blocks", allowed);
    int before = 0;
    for (int bound : bounds) {
      if (bound <= before || bound > LARGEST_WORD_BLOCK) {
        system.problem("word-blocks", "has %d after %d".formatted(bound, before), allowed);
        return WordBlocks.NONE;
      }
      before = bound;
    }
    if (bounds.size() > WordBlocks.MOST_BOUNDS) {
      system.problem("word-blocks", "has %d numbers".formatted(bounds.size()), allowed);
      return WordBlocks.NONE;
    }
    return new WordBlocks(bounds);
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

  private static Optional<String> startFrom(SettingsReader system) {
    String start = system.requiredText("start-from");
    return start.isBlank() || start.equals(BASELINE) ? Optional.empty() : Optional.of(start);
  }

  private static LowBitTraining training(SettingsReader training) {
    return new LowBitTraining(
        training.integer("rounds", 1, 10_000),
        training.integer("averagings-per-round", 1, 1_000_000),
        rate(training),
        training.number("dropout", 0, 0.99),
        training.number("distillation", 0, 1),
        fineTuning(training.section("fine-tuning")));
  }

  private static LowBitTraining.FineTuning fineTuning(SettingsReader tuning) {
    return new LowBitTraining.FineTuning(tuning.integer("rounds", 0, 10_000), rate(tuning));
  }

  private static RateSchedule rate(SettingsReader training) {
    return new RateSchedule(
        training.number("learning-rate", 1e-9, 10),
        training.choice("learning-rate-decay", RateSchedule.Decay.class));
  }

  private static AdmmSettings admm(SettingsReader admm, int rounds) {
    return new AdmmSettings(
        rounds, admm.number("gamma", 1e-12, 1e12), admm.number("gamma-growth", 1, 100));
  }

  private static ResidualStop stop(SettingsReader stop) {
    return new ResidualStop(
        stop.number("primal-residual", 0, 1e6), stop.number("codes-changed", 0, 1));
  }

  private static double latentClip(SettingsReader straightThrough) {
    double clip = straightThrough.number("latent-clip", 0, 1e6);
    if (clip != 0 && clip < 1) {
      straightThrough.problem("latent-clip", "is " + clip, "0 for none, or a number from 1 on");
    }
    return clip < 1 ? Double.POSITIVE_INFINITY : clip;
  }
}
