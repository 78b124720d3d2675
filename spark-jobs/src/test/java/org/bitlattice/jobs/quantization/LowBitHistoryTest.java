package org.bitlattice.jobs.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.jobs.quantization.LowBitHistory.Next;
import org.bitlattice.jobs.quantization.LowBitHistory.Phase;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.lm.training.RateSchedule;
import org.bitlattice.lowbit.AdmmSettings;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.settings.LowBitTraining;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.ResidualStop;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.settings.SystemSettings.Method;
import org.junit.jupiter.api.Test;

class LowBitHistoryTest {
  private static LowBitHistory history(Method method, ResidualStop stop) {
    LowBitTraining training =
        new LowBitTraining(
            4,
            8,
            new RateSchedule(0.4, RateSchedule.Decay.LINEAR),
            0.1,
            0,
            new LowBitTraining.FineTuning(2, new RateSchedule(0.2, RateSchedule.Decay.CONSTANT)));
    LowBitHistory history =
        new LowBitHistory(
            new SystemSettings(
                "a",
                method,
                new PrecisionChoice.Uniform(Precision.TWO),
                new TableForm(ScaleForm.of(ScaleScope.ROW), WordBlocks.NONE),
                ScoringMode.EXACT,
                Optional.empty(),
                training,
                new AdmmSettings(4, 1, 1),
                stop,
                Double.POSITIVE_INFINITY));
    history.add(row(0, Phase.START, 80, 0.5, 0));
    return history;
  }

  private static LowBitRow row(
      int round, Phase phase, double perplexity, double primal, double changed) {
    return new LowBitRow(
        round,
        phase.label(),
        100L * round,
        4,
        OptionalDouble.empty(),
        perplexity,
        primal,
        OptionalDouble.empty(),
        changed,
        OptionalDouble.empty(),
        0.1,
        1);
  }

  @Test
  void roundsOfTheMethodComeFirstAndThenThoseOfFineTuning() {
    LowBitHistory history = history(Method.STRAIGHT_THROUGH, new ResidualStop(1, 1));
    double[] rates = {0.4, 0.3, 0.2, 0.1};
    for (int k = 1; k <= 4; k++) {
      Next next = history.next().orElseThrow();
      assertThat(next).isEqualTo(new Next(k, Phase.STRAIGHT_THROUGH, k, 4, next.learningRate()));
      assertThat(next.learningRate())
          .isCloseTo(rates[k - 1], org.assertj.core.data.Offset.offset(1e-12));
      history.add(row(k, Phase.STRAIGHT_THROUGH, 80 - k % 3, 0.3, 0.1));
    }
    assertThat(history.next()).contains(new Next(5, Phase.FINE_TUNING, 1, 2, 0.2));
    assertThat(history.next().orElseThrow().title()).isEqualTo("fine-tuning round 1/2");
    history.add(row(5, Phase.FINE_TUNING, 77, 0.3, 0));
    assertThat(history.best().round()).isEqualTo(5);
    assertThat(history.bestUpTo(4)).isEqualTo(2);
    assertThat(history.next()).contains(new Next(6, Phase.FINE_TUNING, 2, 2, 0.2));
    history.add(row(6, Phase.FINE_TUNING, 77.5, 0.3, 0));
    assertThat(history.next()).isEmpty();
    history.cutAfter(3);
    assertThat(history.last().round()).isEqualTo(3);
    assertThat(history.next().orElseThrow().round()).isEqualTo(4);
  }

  @Test
  void admmAtRestGoesOnToFineTuning() {
    LowBitHistory history = history(Method.ADMM, new ResidualStop(0.1, 0.01));
    history.add(row(1, Phase.ADMM, 79, 0.09, 0.02));
    assertThat(history.next().orElseThrow().title()).isEqualTo("ADMM round 2/4");
    history.add(row(2, Phase.ADMM, 78, 0.09, 0.009));
    assertThat(history.next()).contains(new Next(3, Phase.FINE_TUNING, 1, 2, 0.2));
    history.add(row(3, Phase.FINE_TUNING, 78, 0.2, 0));
    assertThat(history.next()).contains(new Next(4, Phase.FINE_TUNING, 2, 2, 0.2));
  }

  @Test
  void withoutAStopEveryRoundIsRun() {
    LowBitHistory history = history(Method.ADMM, new ResidualStop(0, 0));
    history.add(row(1, Phase.ADMM, 79, 0, 0));
    assertThat(history.next().orElseThrow().round()).isEqualTo(2);
  }
}
