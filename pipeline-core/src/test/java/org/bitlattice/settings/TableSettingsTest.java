package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;

import java.util.List;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units and scales of a system's quantization tables. */
class TableSettingsTest {
  private static TableForm tables(String system) {
    return load(SMALL + "systems.a { method = ptq, " + system + " }").systems().get(1).tables();
  }

  @Test
  void withoutSettingsMatricesAreWholeAndHaveOneScaleEach() {
    assertThat(tables("bits = 2"))
        .isEqualTo(new TableForm(ScaleForm.of(ScaleScope.TENSOR), WordBlocks.NONE));
  }

  @Test
  void scopeFormatAndBlocksArriveInTheRecord() {
    assertThat(tables("scope = row, scale-format = fp16, word-blocks = [64, 256]"))
        .isEqualTo(
            new TableForm(
                new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16), new WordBlocks(List.of(64, 256))));
    assertThat(tables("scope = model").scales()).isEqualTo(ScaleForm.of(ScaleScope.MODEL));
  }

  @Test
  void aSystemMayTakeBackTheBlocksOfTheDefaults() {
    String defaults = "system-defaults.word-blocks = [7]\n";
    List<SystemSettings> systems =
        load(SMALL + defaults + "systems { a.bits = 2, b.word-blocks = [] }").systems();
    assertThat(systems.get(1).tables().words()).isEqualTo(new WordBlocks(List.of(7)));
    assertThat(systems.get(2).tables().words()).isEqualTo(WordBlocks.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scope = word | scope is \"word\" | one of model, tensor, row",
        "scale-format = bf16 | scale-format is \"bf16\" | one of fp32, fp16",
        "word-blocks = 256 | word-blocks is \"256\" | a list of at most 15 rising numbers from 1 to 10000000",
        "word-blocks = [256, 64] | word-blocks has 64 after 256 | a list of at most 15 rising numbers from 1 to 10000000",
        "word-blocks = [0] | word-blocks has 0 after 0 | a list of at most 15 rising numbers from 1 to 10000000",
        "word-blocks = [1, 10000001] | word-blocks has 10000001 after 1 | a list of at most 15 rising numbers from 1 to 10000000",
        "word-blocks = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16] | word-blocks has 16 numbers | a list of at most 15 rising numbers from 1 to 10000000",
      })
  void aWrongValueIsNamedWithWhatIsAllowedAndWhereItStands(
      String line, String problem, String allowed) {
    assertThat(refused(SMALL + "systems.a." + line).problems())
        .containsExactly("systems.a.%s; allowed: %s (small.conf: 3)".formatted(problem, allowed));
  }
}
