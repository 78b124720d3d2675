package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bitlattice.allocation.Budget;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.settings.SystemSettings.Method;
import org.bitlattice.text.LineFormat;
import org.junit.jupiter.api.Test;

class CompressionConfigTest {
  private static ExperimentSettings load(Method method, Budget budget, String... overrides)
      throws IOException {
    return new CompressionConfig("a \"b\" ${c}#", "lm", "t", "d", "e", method, budget)
        .load(
            TestSettings.text(TestSettings.configs().resolve("reference.conf")),
            List.of(overrides));
  }

  @Test
  void theExperimentHasTheModelAsBaselineAndOneSystemOfMixedPrecision() throws IOException {
    ExperimentSettings settings = load(Method.PTQ, new Budget.Ratio(16));
    assertThat(settings.output()).isEqualTo("a \"b\" ${c}#");
    assertThat(settings.importedBaseline()).contains("lm");
    assertThat(settings.corpus().lineFormat()).isEqualTo(LineFormat.WORDS);
    assertThat(settings.corpus().vocabulary().file()).isEqualTo(Optional.of("lm/vocabulary.txt"));
    assertThat(settings.lattices().sets()).isEmpty();
    assertThat(settings.systems())
        .extracting(SystemSettings::id)
        .containsExactly("fp32", "compressed");
    SystemSettings system = settings.system(CompressionConfig.SYSTEM);
    assertThat(system.method()).isEqualTo(Method.PTQ);
    PrecisionChoice.Chosen chosen = (PrecisionChoice.Chosen) system.precision();
    assertThat(chosen.budget()).isEqualTo(new Budget.Ratio(16));
    assertThat(chosen.sources())
        .containsExactly(PrecisionChoice.Source.KL, PrecisionChoice.Source.UNIFORM);
    assertThat(chosen.candidates()).isPresent();
    assertThat(system.tables().scales().scope()).isEqualTo(ScaleScope.ROW);
    assertThat(system.tables().scales().format()).isEqualTo(ScaleFormat.FP16);
    assertThat(system.tables().words().bounds()).containsExactly(64, 256, 1024);
  }

  @Test
  void eachKindOfBudgetIsASettingAndWhatCannotBeReachedIsLeftToTheAllocator() throws IOException {
    assertThat(budget(new Budget.Bytes(12_000_000))).isEqualTo(new Budget.Bytes(12_000_000));
    assertThat(budget(new Budget.AverageBits(2.5))).isEqualTo(new Budget.AverageBits(2.5));
    assertThat(budget(new Budget.AverageBits(0.5))).isEqualTo(new Budget.AverageBits(1));
    assertThat(budget(new Budget.Ratio(1000))).isEqualTo(new Budget.Ratio(32));
  }

  private static Budget budget(Budget budget) throws IOException {
    return ((PrecisionChoice.Chosen)
            load(Method.ADMM, budget).system(CompressionConfig.SYSTEM).precision())
        .budget();
  }

  @Test
  void theOtherSettingsCanBeOverridden() throws IOException {
    ExperimentSettings settings =
        load(
            Method.STRAIGHT_THROUGH,
            new Budget.Ratio(16),
            "systems.compressed.word-blocks=[5]",
            "systems.compressed.low-bit-training.rounds=3",
            "sensitivity.sentences=50",
            "seed=7");
    SystemSettings system = settings.system(CompressionConfig.SYSTEM);
    assertThat(system.tables().words().bounds()).containsExactly(5);
    assertThat(system.training().rounds()).isEqualTo(3);
    assertThat(system.training().distillation()).isEqualTo(0.5);
    assertThat(settings.sensitivity().sentences()).isEqualTo(50);
    assertThat(settings.seed()).isEqualTo(7);
  }

  @Test
  void theResolvedSettingsAreAConfigurationOfTheSameExperiment() throws IOException {
    ExperimentSettings settings = load(Method.PTQ, new Budget.Ratio(16));
    assertThat(TestSettings.load(settings.resolved().render())).isEqualTo(settings);
  }

  @Test
  void whatTheCommandSaysItselfIsRefused() {
    assertThatThrownBy(
            () ->
                load(
                    Method.PTQ,
                    new Budget.Ratio(16),
                    "corpus={train=x}",
                    "\"systems\".compressed.budget.bytes=5",
                    "output=x",
                    "seed=2"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            """
            bitlattice compress: 3 settings are wrong
              --set corpus: corpus.train follows from the options of this command; allowed: other settings
              --set systems.compressed.budget.bytes: systems.compressed.budget follows from the options of this command; allowed: other settings
              --set output: output follows from the options of this command; allowed: other settings""");
  }

  @Test
  void wrongSettingsAreToldAsOfAnyExperiment() {
    assertThatThrownBy(() -> load(Method.PTQ, new Budget.Ratio(16), "sensitivity.sentence=5"))
        .hasMessage(
            "bitlattice compress: 1 setting is wrong\n"
                + "  sensitivity.sentence is not a setting; did you mean sensitivity.sentences? (--set sensitivity.sentence: 1)");
  }
}
