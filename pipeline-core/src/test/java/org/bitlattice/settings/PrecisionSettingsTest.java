package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitlattice.allocation.AllocationRules;
import org.bitlattice.allocation.Budget;
import org.bitlattice.allocation.UnitPattern;
import org.bitlattice.quant.Precision;
import org.bitlattice.settings.PrecisionChoice.Candidates;
import org.bitlattice.settings.PrecisionChoice.Chosen;
import org.bitlattice.settings.PrecisionChoice.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of allocation, candidates, and assignments that are given. */
class PrecisionSettingsTest {
  private static PrecisionChoice precision(String system) {
    return load(SMALL + "systems.a { method = ptq, %s }".formatted(system)).system("a").precision();
  }

  @Test
  void aSumDecidesUnlessCandidatesAreAskedFor() {
    assertThat(precision("precision = kl, budget.ratio = 9"))
        .isEqualTo(TestSettings.chosen(Source.KL, new Budget.Ratio(9)));
    Chosen measured =
        (Chosen)
            precision(
                "precision = kl, budget.ratio = 9, choose-by = measurement, candidates.count = 3");
    assertThat(measured.sources()).containsExactly(Source.KL);
    assertThat(measured.candidates()).isEqualTo(Optional.of(new Candidates(3, 1500)));
  }

  @Test
  void theBestOfAllSourcesIsAlwaysMeasured() {
    Chosen best = (Chosen) precision("precision = best, budget.ratio = 9");
    assertThat(best.sources()).containsExactly(Source.KL, Source.HESSIAN, Source.UNIFORM);
    assertThat(best.candidates()).isEqualTo(Optional.of(new Candidates(8, 1500)));
    assertThat(best.uses(Source.HESSIAN)).isTrue();
    assertThat(best.uses(Source.SEARCH)).isFalse();
    Chosen two =
        (Chosen) precision("precision = best, budget.ratio = 9, sources = [uniform, search]");
    assertThat(two.sources()).containsExactly(Source.SEARCH, Source.UNIFORM);
  }

  @Test
  void rulesAreReadWithWhatTheyLeaveOut() {
    Chosen chosen =
        (Chosen)
            precision(
                """
                precision = kl, budget.ratio = 9
                allocation {
                  limits = [
                    { units = "decoder\\\\.weight", bits = [4, 8] }
                    { units = ".*", at-least = 2 }
                  ]
                  groups = ["rnn.*"]
                }
                """);
    assertThat(chosen.rules())
        .isEqualTo(
            new AllocationRules(
                List.of(
                    new AllocationRules.Limit(
                        new UnitPattern("decoder\\.weight"),
                        Set.of(Precision.FOUR, Precision.EIGHT),
                        1),
                    new AllocationRules.Limit(
                        new UnitPattern(".*"), EnumSet.allOf(Precision.class), 2)),
                List.of(new UnitPattern("rnn.*"))));
  }

  @Test
  void anAssignmentIsGivenByItsPath() {
    assertThat(precision("precision = given, assignment = \"mine/assignment.json\""))
        .isEqualTo(new PrecisionChoice.Given("mine/assignment.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "precision = best | systems.a.budget is empty; allowed: exactly one of average-bits, ratio, bytes",
        "precision = given | systems.a.assignment is empty; allowed: the path of an assignment.json, with precision = given",
        "sources = [kl, kl] | systems.a.sources has \"kl\"; allowed: distinct names from kl, hessian, search, uniform",
        "sources = [] | systems.a.sources is empty; allowed: distinct names from kl, hessian, search, uniform",
        "choose-by = luck | systems.a.choose-by is \"luck\"; allowed: one of sensitivity, measurement",
        "candidates.count = 0 | systems.a.candidates.count is 0; allowed: a whole number from 1 to 1000",
        "allocation.groups = [\"(\"] | systems.a.allocation.groups is \"(\": Unclosed group; allowed: a regular expression for names of units, such as \"decoder\\\\.weight\"",
        "allocation.limits = [ { units = a } ] | systems.a.allocation.limits[0].bits is missing, and so is at-least; allowed: one of them or both",
        "allocation.limits = [ { units = a, bits = [3] } ] | systems.a.allocation.limits[0].bits has 3; allowed: distinct numbers from 1, 2, 4, 8, 16",
        "allocation.limits = [ { units = a, at-least = 2, bit = 1 } ] | systems.a.allocation.limits[0].bit is not a setting; did you mean systems.a.allocation.limits[0].bits?",
        "allocation.limits = 3 | systems.a.allocation.limits is \"3\"; allowed: a list of sections",
      })
  void aWrongValueIsNamedWithWhatIsAllowed(String setting, String problem) {
    assertThat(refused(SMALL + "systems.a { method = ptq, %s }".formatted(setting)).problems())
        .first()
        .asString()
        .startsWith(problem);
  }
}
