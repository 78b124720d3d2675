package org.bitlattice.settings;

import java.util.List;
import java.util.Optional;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.lm.training.RateSchedule;
import org.bitlattice.lowbit.AdmmSettings;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.settings.SystemSettings.Method;

/** Reads the settings of one system. */
final class SystemSection {
  private static final String BASELINE = "baseline";

  /** Vocabularies are not larger ({@code corpus.maximum-words}). */
  private static final int LARGEST_WORD_BLOCK = 10_000_000;

  private SystemSection() {}

  /**
   * @param defaults whether this is the section of defaults, which may leave open what a choice of
   *     precisions needs
   */
  static SystemSettings read(String id, SettingsReader system, boolean defaults) {
    Method method = system.choice("method", Method.class);
    PrecisionChoice precision = new PrecisionSection(system, defaults).read(method);
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
