package org.bitlattice.jobs.scoring;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.scoring.BootstrapComparison;
import org.bitlattice.scoring.BootstrapInterval;
import org.bitlattice.scoring.WordErrors;
import org.bitlattice.settings.ScoreSettings;

/** Rows of the table of word errors. */
final class WerRows {
  private WerRows() {}

  /**
   * The model of a system.
   *
   * @param figures size and perplexity; those of the n-gram model have no bytes
   * @param inference how it is run; absent for the n-gram model
   */
  record Model(ModelRow figures, Optional<String> inference) {}

  /**
   * The row of an outcome.
   *
   * @param network its model, if any
   */
  static WerRow of(
      Outcome outcome, OutcomeScore score, Optional<Model> network, ScoreSettings settings) {
    WordErrors errors = score.errors();
    Optional<ModelRow> model = network.map(Model::figures);
    Optional<ModelRow> packed = model.filter(m -> m.modelBytes() > 0);
    Optional<BootstrapInterval> interval = Optional.ofNullable(score.interval());
    Optional<OutcomeScore.Versus> versus = Optional.ofNullable(score.versus());
    Optional<BootstrapComparison> drawn = versus.map(OutcomeScore.Versus::drawn);
    return new WerRow(
        outcome.system(),
        outcome.set(),
        outcome.weights().written(),
        network.flatMap(Model::inference),
        number(packed, ModelRow::averageBits),
        number(packed, ModelRow::storedBits),
        packed.map(m -> OptionalLong.of(m.modelBytes())).orElse(OptionalLong.empty()),
        number(packed, ModelRow::compressionRatio),
        number(model, ModelRow::devPerplexity),
        number(model, ModelRow::evalPerplexity),
        errors.referenceWords(),
        errors.correct(),
        errors.substitutions(),
        errors.deletions(),
        errors.insertions(),
        errors.percent(),
        number(interval, BootstrapInterval::lowPercent),
        number(interval, BootstrapInterval::highPercent),
        versus.map(OutcomeScore.Versus::name),
        number(versus, v -> v.test().z()),
        number(versus, v -> v.test().p()),
        versus.isPresent() && versus.get().test().p() < settings.significance(),
        number(versus, v -> v.increase().percent()),
        number(versus, v -> v.increase().upperBound95()),
        number(versus, v -> v.increase().smallestDetectable()),
        number(drawn, d -> d.difference().lowPercent()),
        number(drawn, d -> d.difference().highPercent()),
        number(drawn, BootstrapComparison::probabilityOfImprovement),
        lossless(versus, settings));
  }

  /** Only what is compared with the full-precision baseline can be lossless. */
  private static Optional<Boolean> lossless(
      Optional<OutcomeScore.Versus> versus, ScoreSettings settings) {
    return versus
        .filter(v -> v.system().equals(settings.baseline()))
        .map(v -> v.increase().losslessWithin(settings.losslessMargin()));
  }

  /** The row of a model in an experiment without lattices. */
  static WerRow withoutLattices(Model network) {
    ModelRow model = network.figures();
    OptionalDouble none = OptionalDouble.empty();
    return new WerRow(
        model.system(),
        "",
        "",
        network.inference(),
        OptionalDouble.of(model.averageBits()),
        OptionalDouble.of(model.storedBits()),
        OptionalLong.of(model.modelBytes()),
        OptionalDouble.of(model.compressionRatio()),
        OptionalDouble.of(model.devPerplexity()),
        OptionalDouble.of(model.evalPerplexity()),
        0,
        0,
        0,
        0,
        0,
        Double.NaN,
        none,
        none,
        Optional.empty(),
        none,
        none,
        false,
        none,
        none,
        none,
        none,
        none,
        none,
        Optional.empty());
  }

  private static <T> OptionalDouble number(Optional<T> from, ToDoubleFunction<T> figure) {
    return from.isPresent()
        ? OptionalDouble.of(figure.applyAsDouble(from.get()))
        : OptionalDouble.empty();
  }
}
