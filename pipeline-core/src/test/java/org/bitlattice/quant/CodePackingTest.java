package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodePackingTest {
  private static final int[] AWKWARD = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 64, 207, 4098};

  private static short[] random(Precision precision, int count, Random random) {
    short[] codes = new short[count];
    for (int i = 0; i < count; i++) {
      int max = precision.maxCode();
      codes[i] =
          (short)
              (precision == Precision.ONE
                  ? 2 * random.nextInt(2) - 1
                  : random.nextInt(2 * max + 1) - max);
    }
    return codes;
  }

  private static void assertSurvives(Precision precision, short[] codes) {
    byte[] packed = CodePacking.pack(precision, codes);
    assertThat(packed).hasSize((int) CodePacking.bytes(precision, codes.length));
    assertThat(CodePacking.unpack(precision, packed, codes.length, "w")).isEqualTo(codes);
  }

  @Property(tries = 400)
  void randomCodesSurvive(
      @ForAll @IntRange(min = 0, max = 4) int which,
      @ForAll @IntRange(min = 1, max = 700) int count,
      @ForAll long seed) {
    Precision precision = Precision.values()[which];
    assertSurvives(precision, random(precision, count, new Random(seed)));
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void extremeFillsSurviveAtAwkwardSizes(Precision precision) {
    for (int size : AWKWARD) {
      for (int fill : new int[] {-precision.maxCode(), precision.maxCode()}) {
        short[] codes = new short[size];
        Arrays.fill(codes, (short) fill);
        assertSurvives(precision, codes);
      }
      assertSurvives(precision, random(precision, size, new Random(size)));
    }
  }

  @Test
  void bytesAreAsDocumented() {
    short[] signs = {1, -1, -1, 1, 1, -1, -1, -1, 1};
    assertThat(CodePacking.pack(Precision.ONE, signs)).containsExactly(0b00011001, 1);
    short[] ternary = {1, 1, 1, 1, 1, -1, 0};
    assertThat(CodePacking.pack(Precision.TWO, ternary)).containsExactly(242, 3);
    assertThat(CodePacking.pack(Precision.FOUR, new short[] {7, -7, -1}))
        .containsExactly(0x97, 0x0f);
    assertThat(CodePacking.pack(Precision.EIGHT, new short[] {127, -127}))
        .containsExactly(127, -127);
    assertThat(CodePacking.pack(Precision.SIXTEEN, new short[] {0x1234, -2}))
        .containsExactly(0x34, 0x12, 0xfe, 0xff);
  }

  @Test
  void fiveTernaryCodesTakeAByte() {
    assertThat(CodePacking.bytes(Precision.TWO, 1_400_000)).isEqualTo(280_000);
    assertThat(CodePacking.bytes(Precision.TWO, 1_400_001)).isEqualTo(280_001);
    assertThat(CodePacking.bytes(Precision.SIXTEEN, 2_000_000_000L)).isEqualTo(4_000_000_000L);
  }

  @Test
  void refusesCodesOutsideTheTable() {
    assertRefused(Precision.TWO, 5, "byte 0 of the ternary codes is 243; the largest is 242", 243);
    assertRefused(Precision.FOUR, 2, "code -8 at index 1 is outside the 4-bit table", 0x80);
    assertRefused(Precision.EIGHT, 2, "code -128 at index 1 is outside the 8-bit table", 1, 0x80);
    assertRefused(Precision.SIXTEEN, 1, "code -32768 at index 0 is outside the 16-bit", 0, 0x80);
  }

  @Test
  void refusesBytesThatGoOnAfterTheLastCode() {
    String rest = "the last byte of the codes goes on after the last code; its rest must be 0";
    assertRefused(Precision.ONE, 7, rest, 0x80);
    assertRefused(Precision.TWO, 4, rest, 81);
    assertRefused(Precision.FOUR, 1, rest, 0x10);
    assertRefused(Precision.TWO, 6, "w in f: 1 bytes of codes; 6 codes of 2 bits take 2", 0);
  }

  private static void assertRefused(
      Precision precision, int count, String message, int... unsigned) {
    byte[] packed = new byte[unsigned.length];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (byte) unsigned[i];
    }
    assertThatThrownBy(() -> CodePacking.unpack(precision, packed, count, "w in f"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith("w in f: ");
  }
}
