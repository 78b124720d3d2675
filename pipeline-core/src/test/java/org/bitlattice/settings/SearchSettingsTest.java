package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;

import java.util.List;
import java.util.Map;
import org.bitlattice.allocation.Budget;
import org.bitlattice.quant.Precision;
import org.bitlattice.search.Relaxation;
import org.bitlattice.search.SizeCost;
import org.junit.jupiter.api.Test;

class SearchSettingsTest {
  private static final String SMALL =
      """
      corpus { train = train.txt, dev = dev.txt, eval = eval.txt }
      systems {
        fp32 { method = full-precision }
        found { precision = search, budget.ratio = 16 }
      }
      """;
  private static final String FROZEN =
      SMALL
          + """
          search { branches = admm-uniform, bits = [2, 4], systems { 2 = a-2, 4 = p-4 } }
          systems.a-2 { method = admm, bits = 2 }
          systems.p-4 { method = ptq, bits = 4 }
          """;

  private static List<String> problems(String text, String... overrides) {
    return refused(text, overrides).problems();
  }

  @Test
  void whatASearchIsGivenIsRead() {
    ExperimentSettings settings =
        load(
            SMALL,
            "search.temperature=3",
            "search.temperature-decay=0.5",
            "search.betas=[0, 0.25]",
            "search.size-cost=root-bits",
            "search.relaxation=softmax",
            "search.logit-learning-rate=0.01");
    assertThat(settings.system("found").precision())
        .isEqualTo(TestSettings.chosen(PrecisionChoice.Source.SEARCH, new Budget.Ratio(16)));
    SearchSettings search = settings.search();
    assertThat(search.mixing()).isEqualTo(new SearchSettings.Mixing(Relaxation.SOFTMAX, 3, 0.5));
    assertThat(search.mixing().temperature(3)).isEqualTo(0.75);
    assertThat(search.betas()).containsExactly(0.0, 0.25);
    assertThat(search.sizeCost()).isEqualTo(SizeCost.ROOT_BITS);
    assertThat(search.logitSteps().learningRate()).isEqualTo(0.01);
    assertThat(search.precisions()).hasSize(5);
    assertThat(search.trainsWeights()).isTrue();
    assertThat(load(SMALL, "search.weight-averagings=0").search().trainsWeights()).isFalse();
  }

  @Test
  void frozenBranchesAreTheSystemsThatAreNamed() {
    SearchSettings search = load(FROZEN).search();
    assertThat(search.systems()).isEqualTo(Map.of(Precision.TWO, "a-2", Precision.FOUR, "p-4"));
    assertThat(search.trainsWeights()).isFalse();
    assertThat(load(FROZEN, "search.branches=refit").search().systems()).isEmpty();
  }

  @Test
  void aSearchedSystemNeedsABudget() {
    assertThat(problems(SMALL.replace(", budget.ratio = 16", "")))
        .anyMatch(
            problem ->
                problem.startsWith(
                    "systems.found.budget is empty; allowed: exactly one of average-bits, ratio, bytes"));
  }

  @Test
  void wrongValuesAreNamedWithWhatIsAllowed() {
    String betas = "; allowed: a list of 1 to 20 rising numbers from 0 on (--set search.betas: 1)";
    assertThat(problems(SMALL, "search.betas=[0.5, 0.1]"))
        .containsExactly("search.betas has 0.1 after 0.5" + betas);
    assertThat(problems(SMALL, "search.betas=[-0.5]"))
        .containsExactly("search.betas has -0.5" + betas);
    assertThat(problems(SMALL, "search.betas=[]"))
        .containsExactly("search.betas has 0 numbers" + betas);
    assertThat(problems(SMALL, "search.bits=[2, 3]"))
        .containsExactly(
            "search.bits has 3; allowed: distinct numbers from 1, 2, 4, 8, 16 (--set search.bits: 1)");
    assertThat(problems(SMALL, "search.temperature-decay=2"))
        .containsExactly(
            "search.temperature-decay is 2.0; allowed: a number from 1.0E-6 to 1 (--set search.temperature-decay: 1)");
    assertThat(problems(SMALL, "search.relaxation=hard"))
        .containsExactly(
            "search.relaxation is \"hard\"; allowed: one of gumbel, softmax (--set search.relaxation: 1)");
    assertThat(problems(SMALL, "search.branches=frozen"))
        .containsExactly(
            "search.branches is \"frozen\"; allowed: one of refit, admm-uniform (--set search.branches: 1)");
  }

  @Test
  void aBranchIsASystemOfItsPrecisionAndOfTheSameTables() {
    String allowed =
        "; allowed: a system of method ptq, straight-through or admm with precision = uniform and bits = 2,"
            + " with scales and word-blocks of the systems that are searched for, and which starts from"
            + " none of them: a-2";
    assertThat(problems(FROZEN.replace("2 = a-2, ", "")))
        .containsExactly("search.systems.2 is missing" + allowed);
    assertThat(problems(FROZEN, "search.systems.2=p-4"))
        .containsExactly("search.systems.2 is \"p-4\"" + allowed + " (--set search.systems.2: 1)");
    assertThat(problems(FROZEN, "search.systems.2=nobody"))
        .containsExactly(
            "search.systems.2 is \"nobody\"" + allowed + " (--set search.systems.2: 1)");
    assertThat(problems(FROZEN, "search.systems.8=p-4"))
        .containsExactly(
            "search.systems.8 is given; allowed: the numbers of search.bits: 2, 4 (--set search.systems.8: 1)");
    String none = allowed.substring(0, allowed.length() - "a-2".length());
    assertThat(problems(FROZEN, "systems.a-2.scope=row"))
        .containsExactly(
            "search.systems.2 is \"a-2\", whose tables are not those of found"
                + none
                + " (small.conf: 6)");
    assertThat(problems(FROZEN, "systems.found.method=admm", "systems.a-2.start-from=found"))
        .containsExactly(
            "search.systems.2 is \"a-2\", which starts from found" + none + " (small.conf: 6)");
  }
}
