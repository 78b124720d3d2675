package org.bitlattice.lowbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.Float16;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lowbit.AdmmStateTest.Quadratic;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TensorStorage;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** ADMM over blocks of rows, with scales of every form. */
class AdmmUnitsTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(40, 12, 6, 1);
  private static final AdmmSettings SETTINGS = new AdmmSettings(60, 0.3, 1.08);
  private static final Quadratic LOSS = new Quadratic(1);

  private static AdmmState round(AdmmState state) {
    return AdmmStateTest.round(LOSS, state);
  }

  /** Blocks of words in 1, 2, 4, 8 and 16 bits in turn; one matrix in full precision. */
  private static AdmmState blocks(ScaleForm scales) {
    ModelUnits units = new WordBlocks(List.of(3, 17)).cut(LSTM);
    Map<String, Precision> precisions = new LinkedHashMap<>();
    int turn = 0;
    for (String name : units.names()) {
      precisions.put(name, Precision.values()[turn++ % 5]);
    }
    precisions.put("rnn.weight_hh_l0", Precision.FULL);
    return AdmmState.start(LOSS.minimum, units.storage(precisions, scales), SETTINGS);
  }

  private static void assertSame(AdmmState actual, AdmmState expected) {
    assertThat(actual.gamma()).isEqualTo(expected.gamma());
    assertThat(actual.quantized().keySet()).isEqualTo(expected.quantized().keySet());
    expected
        .quantized()
        .forEach(
            (name, tensor) -> {
              QuantizedTensor own = actual.quantized().get(name);
              assertThat(own.storage()).isEqualTo(tensor.storage());
              assertThat(own.codes()).isEqualTo(tensor.codes());
              assertThat(own.scales()).isEqualTo(tensor.scales());
              assertThat(actual.multipliers().get(name))
                  .isEqualTo(expected.multipliers().get(name));
            });
  }

  @ParameterizedTest
  @CsvSource({"MODEL,FP32", "MODEL,FP16", "TENSOR,FP32", "TENSOR,FP16", "ROW,FP32", "ROW,FP16"})
  void blocksAndScalesOfEveryFormContinueFromACheckpoint(
      ScaleScope scope, ScaleFormat format, @TempDir Path folder) throws IOException {
    AdmmState state = round(blocks(new ScaleForm(scope, format)));
    LocalModelFiles files = new LocalModelFiles(folder);
    state.write(files);
    AdmmState resumed = AdmmState.read(files);
    assertSame(resumed, state);
    assertSame(round(resumed), round(state));
  }

  @ParameterizedTest
  @EnumSource(ScaleScope.class)
  void lowersTheQuantizedLossBelowThatOfAPlainTableFit(ScaleScope scope) {
    for (ScaleFormat format : ScaleFormat.values()) {
      AdmmState state = blocks(new ScaleForm(scope, format));
      double plain = LOSS.at(state.quantizedModel().weights());
      while (!state.finished()) {
        state = round(state);
      }
      assertThat(LOSS.at(state.quantizedModel().weights())).isLessThan(0.9 * plain);
    }
  }

  @Test
  void withScopeModelEveryRoundRefitsTheUnitsOfAPrecisionTogether() {
    AdmmState state =
        AdmmState.start(
            LOSS.minimum,
            ModelUnits.whole(LSTM)
                .storage(Precision.ONE, new ScaleForm(ScaleScope.MODEL, ScaleFormat.FP16)),
            SETTINGS);
    for (int round = 0; round < 3; round++) {
      AdmmState stepped = state;
      double sum = 0;
      long weights = 0;
      state = round(stepped);
      for (TensorShape shape : LSTM.quantizable()) {
        // The round's V is W + λ, of the weights after its W-step and the multipliers before it.
        float[] w = state.weights().tensor(shape.name());
        float[] lambda = stepped.multipliers().get(shape.name());
        for (int i = 0; i < w.length; i++) {
          sum += Math.abs(w[i] + lambda[i]);
          weights++;
        }
      }
      float scale = Float16.nearest(sum / weights);
      assertThat(state.quantized().values()).allMatch(tensor -> tensor.scale(0) == scale);
    }
  }

  @Test
  void readsACheckpointThatKnowsOnlyWholeMatricesAndFp32Scales(@TempDir Path folder)
      throws IOException, URISyntaxException {
    Path old = Path.of(getClass().getResource("checkpoint-version-1").toURI());
    assertThat(Files.readString(old.resolve(AdmmCheckpoint.SCALARS)))
        .doesNotContain("scale-format");
    AdmmState state = AdmmState.read(new LocalModelFiles(old));
    assertThat(state.round()).isEqualTo(1);
    assertThat(state.gamma()).isEqualTo(0.75);
    assertThat(state.quantized()).doesNotContainKey("decoder.weight").hasSize(5);
    assertThat(state.quantized().get("encoder.weight").storage())
        .isEqualTo(TensorStorage.whole(13, Precision.ONE, ScaleForm.of(ScaleScope.ROW)));
    state.write(new LocalModelFiles(folder));
    assertThat(folder.resolve(AdmmCheckpoint.ARRAYS))
        .hasSameBinaryContentAs(old.resolve(AdmmCheckpoint.ARRAYS));
  }

  @Test
  void blocksThatAreNotThoseOfTheArraysAreNoticed(@TempDir Path folder) throws IOException {
    LocalModelFiles files = new LocalModelFiles(folder);
    blocks(new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16)).write(files);
    Path scalars = folder.resolve(AdmmCheckpoint.SCALARS);
    String good = Files.readString(scalars);
    String where = scalars + ": \"tensors\": ";
    assertRefused(
        scalars,
        good.replace("encoder.weight[3:17]", "encoder.weight[4:17]"),
        where
            + "the blocks of encoder.weight are encoder.weight[0:3], encoder.weight[17:40],"
            + " encoder.weight[4:17]; they must cover its rows 0 to 40 one after the other");
    assertRefused(
        scalars,
        good.replace("encoder.weight[3:17]", "embedding"),
        where
            + "embedding is not a matrix of this lstm, nor a block of one; its matrices are"
            + " [encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, decoder.weight]");
    assertRefused(
        scalars,
        good.replace(
            "encoder.weight[17:40]\": {\"bits\": 4}", "encoder.weight[17:40]\": {\"bits\": 8}"),
        folder.resolve(AdmmCheckpoint.ARRAYS)
            + " does not hold the tensors that admm.json announces");
    assertRefused(
        scalars,
        good.replace("fp16", "fp8"),
        scalars + ": \"scale-format\": \"fp8\" is not a format of scales; allowed are fp32, fp16");
  }

  private static void assertRefused(Path scalars, String text, String message) throws IOException {
    Files.writeString(scalars, text);
    assertThatThrownBy(() -> AdmmState.read(new LocalModelFiles(scalars.getParent())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
