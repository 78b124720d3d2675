package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;

class ModelUnitsTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(13, 7, 5, 1);

  @Test
  void wordMatricesAreCutAndOthersStayWhole() {
    assertThat(new WordBlocks(List.of(2, 7)).cut(LSTM).names())
        .containsExactly(
            "encoder.weight[0:2]",
            "encoder.weight[2:7]",
            "encoder.weight[7:13]",
            "rnn.weight_ih_l0",
            "rnn.weight_hh_l0",
            "decoder.weight[0:2]",
            "decoder.weight[2:7]",
            "decoder.weight[7:13]");
    assertThat(ModelUnits.whole(LSTM).names())
        .containsExactly(
            "encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.weight");
  }

  @Test
  void aBoundAtOrBeyondTheVocabularyCutsNothing() {
    assertThat(new WordBlocks(List.of(13, 5000)).cut(LSTM)).isEqualTo(ModelUnits.whole(LSTM));
    assertThat(new WordBlocks(List.of(12, 13)).cut(LSTM).names())
        .contains("decoder.weight[0:12]", "decoder.weight[12:13]");
  }

  @Property(tries = 200)
  void namesInAnyOrderGiveTheUnitsBack(
      @ForAll @IntRange(min = 0, max = 15) int count, @ForAll long seed) {
    Random random = new Random(seed);
    List<Integer> bounds = random.ints(count, 1, 20).distinct().sorted().boxed().toList();
    ModelUnits units = new WordBlocks(bounds).cut(LSTM);
    List<String> names = new ArrayList<>(units.names());
    Collections.shuffle(names, random);
    assertThat(ModelUnits.named(LSTM, names, "here")).isEqualTo(units);
    assertThat(units.weights())
        .isEqualTo(LSTM.quantizable().stream().mapToLong(TensorShape::size).sum());
  }

  @Test
  void labelsNameWhatIsNotTheDefaultAndDiffer() {
    ScaleForm row = ScaleForm.of(ScaleScope.ROW);
    ScaleForm half = new ScaleForm(ScaleScope.TENSOR, ScaleFormat.FP16);
    WordBlocks blocks = new WordBlocks(List.of(256, 1024));
    assertThat(new TableForm(row, WordBlocks.NONE).label()).isEqualTo("row");
    assertThat(new TableForm(row, blocks).label()).isEqualTo("row-256-1024");
    assertThat(new TableForm(half, WordBlocks.NONE).label()).isEqualTo("tensor-fp16");
    assertThat(new TableForm(half, blocks).label()).isEqualTo("tensor-fp16-256-1024");
    List<Integer> most = new ArrayList<>();
    for (int i = 0; i < WordBlocks.MOST_BOUNDS; i++) {
      most.add(10_000_000 - 20 + i);
    }
    assertThat(new TableForm(half, new WordBlocks(most)).label()).hasSizeLessThan(200);
  }

  @Test
  void refusesBoundsThatDoNotRiseOrAreTooMany() {
    assertThatThrownBy(() -> new WordBlocks(List.of(5, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 after 5 is not a bound of word blocks; bounds rise and begin at 1 or later");
    assertThatThrownBy(() -> new WordBlocks(List.of(0)))
        .hasMessage("0 after 0 is not a bound of word blocks; bounds rise and begin at 1 or later");
    List<Integer> many = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      many.add(i);
    }
    assertThatThrownBy(() -> new WordBlocks(many))
        .hasMessage("16 bounds of word blocks are too many; at most 15 are allowed");
  }

  @Test
  void refusesUnitsThatDoNotCoverTheMatrices() {
    List<WeightUnit> units = new ArrayList<>(new WordBlocks(List.of(2)).cut(LSTM).units());
    WeightUnit last = units.remove(5);
    assertThatThrownBy(() -> new ModelUnits(LSTM, units))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the units of decoder.weight end at row 2 of 13, where nothing follows");
    units.add(0, last);
    assertThatThrownBy(() -> new ModelUnits(LSTM, units))
        .hasMessage(
            "the units of encoder.weight end at row 0 of 13, where decoder.weight[2:13] follows");
    List<WeightUnit> more = new ArrayList<>(ModelUnits.whole(LSTM).units());
    more.add(last);
    assertThatThrownBy(() -> new ModelUnits(LSTM, more))
        .hasMessage("decoder.weight[2:13] is not a unit of this lstm");
    assertThatThrownBy(() -> new WeightUnit(TensorShape.matrix("w", 4, 2), 2, 5))
        .hasMessage("w[2:5] is not a block of the 4 rows of w");
  }

  @Test
  void aUnitTakesItsRowsOutOfItsMatrixAndPutsThemBack() {
    WeightUnit unit = new WeightUnit(TensorShape.matrix("w", 4, 2), 1, 3);
    float[] matrix = {0, 1, 2, 3, 4, 5, 6, 7};
    assertThat(unit.valuesOf(matrix)).containsExactly(2, 3, 4, 5);
    assertThat(unit.replacedIn(matrix, new float[] {9, 9, 9, 8}))
        .containsExactly(0, 1, 9, 9, 9, 8, 6, 7);
    assertThat(matrix).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }
}
