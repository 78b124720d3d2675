package org.bitlattice.lowbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;

class PostTrainingQuantizationTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(11, 4, 3, 1);

  private static LmWeights weights() {
    Random random = new Random(1);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.tensors()) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      tensors.put(shape.name(), values);
    }
    return LmWeights.of(LSTM, tensors);
  }

  private static Map<String, Precision> precisions() {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    precisions.put("encoder.weight", Precision.ONE);
    precisions.put("rnn.weight_ih_l0", Precision.FULL);
    precisions.put("rnn.weight_hh_l0", Precision.EIGHT);
    precisions.put("decoder.weight", Precision.TWO);
    return precisions;
  }

  @Test
  void fitsATableToEachMatrixAndLeavesTheRest() {
    LmWeights weights = weights();
    PackedModel model = PostTrainingQuantization.quantize(weights, precisions(), ScaleScope.ROW);
    assertThat(model.quantized().keySet())
        .containsExactly("encoder.weight", "rnn.weight_hh_l0", "decoder.weight");
    float[] output = weights.tensor("decoder.weight");
    assertThat(model.weights().tensor("decoder.weight"))
        .isEqualTo(
            TableFit.fit("decoder.weight", output, 11, 3, Precision.TWO, ScaleScope.ROW)
                .dequantize());
    assertThat(model.weights().tensor("rnn.weight_ih_l0"))
        .isSameAs(weights.tensor("rnn.weight_ih_l0"));
    assertThat(model.weights().tensor("decoder.bias")).isSameAs(weights.tensor("decoder.bias"));
  }

  @Test
  void fitsATableToEachBlock() {
    LmWeights weights = weights();
    ModelUnits units = new WordBlocks(List.of(4)).cut(LSTM);
    Map<String, Precision> precisions = new LinkedHashMap<>();
    units.names().forEach(name -> precisions.put(name, Precision.TWO));
    precisions.put("decoder.weight[0:4]", Precision.EIGHT);
    PackedModel model =
        PostTrainingQuantization.quantize(
            weights, units.storage(precisions, ScaleForm.of(ScaleScope.ROW)));
    float[] output = weights.tensor("decoder.weight");
    float[] first = Arrays.copyOf(output, 12);
    float[] second = Arrays.copyOfRange(output, 12, 33);
    float[] expected = Arrays.copyOf(fitted(first, 4, Precision.EIGHT), 33);
    System.arraycopy(fitted(second, 7, Precision.TWO), 0, expected, 12, 21);
    assertThat(model.weights().tensor("decoder.weight")).isEqualTo(expected);
  }

  private static float[] fitted(float[] values, int rows, Precision precision) {
    return TableFit.fit("w", values, rows, 3, precision, ScaleScope.ROW).dequantize();
  }

  @Test
  void everyMatrixNeedsAPrecisionAndOnlyMatricesHaveOne() {
    Map<String, Precision> missing = precisions();
    missing.remove("decoder.weight");
    assertThatThrownBy(() -> PostTrainingQuantization.quantize(weights(), missing, ScaleScope.ROW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the matrix decoder.weight has no precision");
    Map<String, Precision> bias = precisions();
    bias.put("decoder.bias", Precision.TWO);
    assertThatThrownBy(() -> PostTrainingQuantization.quantize(weights(), bias, ScaleScope.ROW))
        .hasMessageStartingWith("decoder.bias is not a matrix of this lstm");
  }
}
