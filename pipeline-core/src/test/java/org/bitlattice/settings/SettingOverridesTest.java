package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.configs;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;
import static org.bitlattice.settings.TestSettings.text;

import java.nio.file.Path;
import org.bitlattice.quant.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says wins over the file, and is held to the same rules. */
class SettingOverridesTest {
  @Test
  void theCommandLineWinsAndItsLastWordMost() {
    ExperimentSettings settings =
        load(
            SMALL + "training.epochs = 2, model.layers = 1",
            "training.epochs=3",
            "training.epochs = 4.5",
            "report.notes=[one, two]",
            "systems.q={ method = ptq, bits = 8 }",
            "output=hdfs://host:8020/a b?");
    assertThat(settings.training().epochs()).isEqualTo(4.5);
    assertThat(settings.model().layers()).isEqualTo(1);
    assertThat(settings.notes()).containsExactly("one", "two");
    assertThat(settings.systems()).extracting(SystemSettings::id).containsExactly("fp32", "q");
    assertThat(settings.output()).isEqualTo("hdfs://host:8020/a b?");
  }

  @Test
  void theDataFolderOfAConfigCanBeSetFromOutside() {
    Path quickstart = configs().resolve("quickstart.conf");
    ExperimentSettings settings = load(text(quickstart), "data=/elsewhere");
    assertThat(settings.corpus().train()).isEqualTo("/elsewhere/train.txt");
    assertThat(settings.lattices().sets().get(0).location().path())
        .isEqualTo("/elsewhere/dev.slf.tar.gz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"training.epochs", "=3", ""})
  void anOverrideIsKeyAndValue(String override) {
    assertThat(refused(SMALL, override).problems())
        .containsExactly("--set %s is not key=value".formatted(override));
  }

  @Test
  void anOverrideWithoutAProperKeyIsRefused() {
    assertThat(refused(SMALL, "a..b=3").problems())
        .singleElement()
        .asString()
        .startsWith("--set a..b=3: ");
  }

  @Test
  void aWrongOverrideIsNamedAsSuch() {
    assertThat(refused(SMALL, "training.epochs=x", "trainig.epochs=2").problems())
        .containsExactly(
            "training.epochs is \"x\"; allowed: a number from 0 to 10000 (--set training.epochs: 1)",
            "trainig.epochs is not a setting; did you mean training.epochs? (--set trainig.epochs: 1)");
  }

  @Test
  void aValueOfTheCommandLineIsTakenAsItStandsUnlessItIsANumberOrHocon() {
    assertThat(load(SMALL, "output=a//b #c").output()).isEqualTo("a//b #c");
    assertThat(load(SMALL, "output=hdfs://name/a=b").output()).isEqualTo("hdfs://name/a=b");
    assertThat(load(SMALL, "sensitivity.bits=[2, 4]").sensitivity().precisions())
        .containsExactly(Precision.TWO, Precision.FOUR);
  }
}
