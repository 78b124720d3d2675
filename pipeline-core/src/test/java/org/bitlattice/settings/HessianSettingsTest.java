package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;

import org.bitlattice.allocation.Budget;
import org.bitlattice.sensitivity.HessianSensitivity;
import org.bitlattice.sensitivity.TraceStopping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hessian traces and systems that are chosen by them. */
class HessianSettingsTest {
  @Test
  void theDefaultsAreThoseOfTheMethod() {
    assertThat(load(SMALL).sensitivity().hessian())
        .isEqualTo(new HessianSettings(800, 1024, 3e-4, 8, new TraceStopping(0.05, 0.01, 400)));
  }

  @Test
  void aSystemByHessianHasABudgetAndATrace() {
    String system = "systems.a { method = ptq, precision = hessian, budget.ratio = 12";
    assertThat(load(SMALL + system + " }").systems().get(1).precision())
        .isEqualTo(TestSettings.chosen(PrecisionChoice.Source.HESSIAN, new Budget.Ratio(12)));
    assertThat(load(SMALL + system + ", trace = total }").systems().get(1).precision())
        .isInstanceOfSatisfying(
            PrecisionChoice.Chosen.class,
            chosen -> assertThat(chosen.trace()).isEqualTo(HessianSensitivity.Kind.TOTAL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sensitivity.hessian.sentences = 0 | sensitivity.hessian.sentences is 0 | a whole number from 1 to 2147483647",
        "sensitivity.hessian.minibatch-tokens = 0 | sensitivity.hessian.minibatch-tokens is 0 | a whole number from 1 to 1000000",
        "sensitivity.hessian.step = 0.5 | sensitivity.hessian.step is 0.5 | a number from 1.0E-6 to 0.1",
        "sensitivity.hessian.batch = 0 | sensitivity.hessian.batch is 0 | a whole number from 1 to 10000",
        "sensitivity.hessian.relative-error = 0 | sensitivity.hessian.relative-error is 0.0 | a number from 1.0E-6 to 1",
        "sensitivity.hessian.share-of-largest = 2 | sensitivity.hessian.share-of-largest is 2.0 | a number from 1.0E-6 to 1",
        "sensitivity.hessian.maximum-samples = 1 | sensitivity.hessian.maximum-samples is 1 | a whole number from 2 to 1000000",
        "systems.a { precision = hessian, budget.ratio = 9, trace = max } | systems.a.trace is \"max\" | one of mean, total",
      })
  void aWrongValueIsNamedWithWhatIsAllowedAndWhereItStands(
      String line, String problem, String allowed) {
    assertThat(refused(SMALL + line).problems())
        .containsExactly("%s; allowed: %s (small.conf: 3)".formatted(problem, allowed));
  }

  @Test
  void aSystemByHessianNeedsABudget() {
    assertThat(refused(SMALL + "systems.a.precision = hessian").problems())
        .singleElement()
        .asString()
        .startsWith(
            "systems.a.budget is empty; allowed: exactly one of average-bits, ratio, bytes");
    assertThat(refused(SMALL + "systems.a.precision = fisher").problems())
        .containsExactly(
            "systems.a.precision is \"fisher\"; allowed: one of uniform, kl, hessian, search, best, given (small.conf: 3)");
  }
}
