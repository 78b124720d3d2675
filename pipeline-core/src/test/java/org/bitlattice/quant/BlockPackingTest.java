package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packed codes of matrices in blocks of rows; every block begins on a byte of its own. */
class BlockPackingTest {
  private static final ScaleForm TENSOR = ScaleForm.of(ScaleScope.TENSOR);

  private static TensorStorage randomBlocks(int rows, ScaleForm scales, Random random) {
    List<PrecisionBlock> blocks = new ArrayList<>();
    int row = 0;
    while (row < rows) {
      int to = Math.min(rows, row + 1 + random.nextInt(rows));
      blocks.add(new PrecisionBlock(row, to, Precision.values()[random.nextInt(5)]));
      row = to;
    }
    return new TensorStorage(blocks, scales);
  }

  private static QuantizedTensor random(TensorStorage storage, int columns, Random random) {
    short[] codes = new short[storage.rows() * columns];
    for (PrecisionBlock block : storage.blocks()) {
      int max = block.precision().maxCode();
      for (int i = block.from() * columns; i < block.to() * columns; i++) {
        boolean sign = block.precision() == Precision.ONE;
        codes[i] = (short) (sign ? 2 * random.nextInt(2) - 1 : random.nextInt(2 * max + 1) - max);
      }
    }
    float[] scales = new float[storage.scaleCount()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = random.nextInt(2048) / 1024f;
    }
    return new QuantizedTensor(storage.rows(), columns, storage, scales, codes);
  }

  private static void assertSurvives(QuantizedTensor tensor) {
    byte[] packed = tensor.packedCodes();
    long expected = 0;
    for (PrecisionBlock block : tensor.storage().blocks()) {
      int bits = block.precision().bits();
      long weights = (long) block.rows() * tensor.columns();
      // Five ternary codes a byte, else the bits; rounded up to whole bytes.
      expected += bits == 2 ? (weights + 4) / 5 : (bits * weights + 7) / 8;
    }
    assertThat(packed).hasSize((int) expected);
    TensorShape shape = TensorShape.matrix("w", tensor.rows(), tensor.columns());
    QuantizedTensor back =
        QuantizedTensor.ofPacked(shape, tensor.storage(), tensor.scales(), packed, "f");
    assertThat(back.codes()).isEqualTo(tensor.codes());
    assertThat(back.dequantize()).isEqualTo(tensor.dequantize());
  }

  @Property(tries = 400)
  void randomLayoutsSurvive(
      @ForAll @IntRange(min = 1, max = 30) int rows,
      @ForAll @IntRange(min = 1, max = 30) int columns,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 5) int form) {
    Random random = new Random(seed);
    ScaleForm scales = new ScaleForm(ScaleScope.values()[form % 3], ScaleFormat.values()[form / 3]);
    assertSurvives(random(randomBlocks(rows, scales, random), columns, random));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "13,1", "1,13", "64,1", "9,23", "207,1", "6,683", "4098,1", "683,6"})
  void awkwardSizesSurviveWholeAndCutAtEveryOddRow(int rows, int columns) {
    Random random = new Random(rows);
    for (Precision first : Precision.values()) {
      for (Precision second : Precision.values()) {
        if (first.quantized() && second.quantized()) {
          assertSurvives(random(TensorStorage.whole(rows, first, TENSOR), columns, random));
          for (int cut : new int[] {1, 3, rows / 2 + 1, rows - 1}) {
            if (cut > 0 && cut < rows) {
              List<PrecisionBlock> blocks =
                  List.of(new PrecisionBlock(0, cut, first), new PrecisionBlock(cut, rows, second));
              assertSurvives(random(new TensorStorage(blocks, TENSOR), columns, random));
            }
          }
        }
      }
    }
  }

  @Test
  void aBlockBeginsOnAByteOfItsOwn() {
    TensorStorage storage =
        new TensorStorage(
            List.of(
                new PrecisionBlock(0, 1, Precision.ONE),
                new PrecisionBlock(1, 2, Precision.TWO),
                new PrecisionBlock(2, 3, Precision.FOUR)),
            TENSOR);
    short[] codes = {1, -1, 1, 0, 1, -1, 7, -7, 1};
    QuantizedTensor tensor = new QuantizedTensor(3, 3, storage, new float[3], codes);
    // 101; (0 + 1) + 3·(1 + 1) + 9·(−1 + 1); nibbles 7 and 9, then 1.
    assertThat(tensor.packedCodes()).containsExactly(0b101, 7, 0x97, 1);
  }

  @Test
  void namesTheBlockWhoseCodesAreDamaged() {
    TensorShape shape = TensorShape.matrix("w", 4, 3);
    TensorStorage storage =
        new TensorStorage(
            List.of(
                new PrecisionBlock(0, 1, Precision.TWO), new PrecisionBlock(1, 4, Precision.FOUR)),
            TENSOR);
    assertRefused(
        shape,
        storage,
        new byte[] {40, 0, 0, 0, 0, 0},
        "f: the tensor w[0:1]: the last byte of the codes goes on after the last code; its rest"
            + " must be 0");
    assertRefused(
        shape,
        storage,
        new byte[] {0, 0, (byte) 0x80, 0, 0, 0},
        "f: the tensor w[1:4]: code -8 at index 3 is outside the 4-bit table, which ends at ±7");
    assertRefused(
        shape, storage, new byte[5], "f: the tensor w: 5 bytes of codes; 4 rows of 3 codes take 6");
  }

  private static void assertRefused(
      TensorShape shape, TensorStorage storage, byte[] packed, String message) {
    assertThatThrownBy(() -> QuantizedTensor.ofPacked(shape, storage, new float[2], packed, "f"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesStoragesThatDoNotFit() {
    assertThatThrownBy(() -> new PrecisionBlock(3, 3, Precision.TWO))
        .hasMessage("rows 3 to 3 are not a block; it begins at row 0 or later and has a row");
    PrecisionBlock first = new PrecisionBlock(0, 2, Precision.TWO);
    assertThatThrownBy(
            () ->
                new TensorStorage(List.of(first, new PrecisionBlock(3, 4, Precision.TWO)), TENSOR))
        .hasMessage("the block of rows 3 to 4 follows row 2; blocks have no gap and no overlap");
    assertThatThrownBy(
            () ->
                new TensorStorage(List.of(first, new PrecisionBlock(2, 4, Precision.FULL)), TENSOR))
        .hasMessage(
            "rows 2 to 4 have 32 bits; a block of a matrix has at most 16, and only a whole matrix"
                + " stays in full precision");
    assertThatThrownBy(() -> new TensorStorage(List.of(), TENSOR))
        .hasMessage("a matrix needs at least one block of rows");
    TensorStorage two =
        new TensorStorage(List.of(first, new PrecisionBlock(2, 4, Precision.ONE)), TENSOR);
    short[] codes = {1, 1, 1, 1};
    assertThatThrownBy(() -> new QuantizedTensor(4, 1, two, new float[1], codes))
        .hasMessage("1 scales where scope tensor of 4 rows in 2 blocks needs 2");
    assertThatThrownBy(() -> new QuantizedTensor(2, 2, two, new float[2], codes))
        .hasMessageStartingWith("a matrix of 2 rows cannot be stored as [");
    assertThatThrownBy(() -> new QuantizedTensor(4, 1, two, new float[2], new short[] {0, 0, 1, 0}))
        .hasMessage("code 0 at index 3 is outside the 1-bit table");
  }
}
