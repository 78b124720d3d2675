package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;

import java.util.List;
import org.bitlattice.sensitivity.KlStopping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When shards of KL divergences are enough. */
class KlSettingsTest {
  private static final String BUDGETS = "a list of rising numbers from 1 to 16, at least one";

  @Test
  void theDefaultsAreThoseOfTheMethod() {
    assertThat(load(SMALL).sensitivity().kl())
        .isEqualTo(new KlSettings(2, new KlStopping(List.of(1.5, 2.0, 3.0, 4.0), 0.01)));
  }

  @Test
  void theirEndsAreAllowed() {
    assertThat(
            load(SMALL + "sensitivity.kl { batch = 1, settled-at = [1, 16], regret = 0 }")
                .sensitivity()
                .kl())
        .isEqualTo(new KlSettings(1, new KlStopping(List.of(1.0, 16.0), 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sensitivity.kl.batch = 0 | sensitivity.kl.batch is 0 | a whole number from 1 to 1000000",
        "sensitivity.kl.regret = -0.1 | sensitivity.kl.regret is -0.1 | a number from 0 to 1",
        "sensitivity.kl.regret = 1.5 | sensitivity.kl.regret is 1.5 | a number from 0 to 1",
        "sensitivity.kl.settled-at = [] | sensitivity.kl.settled-at has no number | " + BUDGETS,
        "sensitivity.kl.settled-at = [0.9, 2] | sensitivity.kl.settled-at has 0.9 | " + BUDGETS,
        "sensitivity.kl.settled-at = [17] | sensitivity.kl.settled-at has 17.0 | " + BUDGETS,
        "sensitivity.kl.settled-at = [2, 2] | sensitivity.kl.settled-at has 2.0 after 2.0 | "
            + BUDGETS,
        "sensitivity.kl.settled-at = [3, 2] | sensitivity.kl.settled-at has 2.0 after 3.0 | "
            + BUDGETS,
      })
  void aWrongValueIsNamedWithWhatIsAllowedAndWhereItStands(
      String line, String problem, String allowed) {
    assertThat(refused(SMALL + line).problems())
        .containsExactly("%s; allowed: %s (small.conf: 3)".formatted(problem, allowed));
  }

  @Test
  void aTextInPlaceOfTheListIsNamedOnce() {
    assertThat(refused(SMALL + "sensitivity.kl.settled-at = two").problems())
        .containsExactly(
            "sensitivity.kl.settled-at is \"two\"; allowed: " + BUDGETS + " (small.conf: 3)");
  }
}
