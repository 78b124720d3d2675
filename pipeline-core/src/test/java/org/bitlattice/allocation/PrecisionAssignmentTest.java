package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.PrecisionBlock;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;

class PrecisionAssignmentTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(13, 7, 5, 1);
  private static final ModelUnits WHOLE = ModelUnits.whole(LSTM);
  private static final ScaleForm ROW = ScaleForm.of(ScaleScope.ROW);

  private static PrecisionAssignment mixed() {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    precisions.put("decoder.weight", Precision.FULL);
    precisions.put("encoder.weight", Precision.ONE);
    precisions.put("rnn.weight_ih_l0", Precision.TWO);
    precisions.put("rnn.weight_hh_l0", Precision.SIXTEEN);
    return PrecisionAssignment.of(WHOLE, precisions, ROW);
  }

  private static PrecisionAssignment blocks() {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    precisions.put("encoder.weight[0:4]", Precision.FOUR);
    precisions.put("encoder.weight[4:13]", Precision.ONE);
    precisions.put("rnn.weight_ih_l0", Precision.FULL);
    precisions.put("rnn.weight_hh_l0", Precision.SIXTEEN);
    precisions.put("decoder.weight[0:4]", Precision.EIGHT);
    precisions.put("decoder.weight[4:13]", Precision.TWO);
    return PrecisionAssignment.of(
        new WordBlocks(List.of(4)).cut(LSTM),
        precisions,
        new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16));
  }

  private static PrecisionAssignment read(String json) {
    return PrecisionAssignment.fromJson(
        json.getBytes(StandardCharsets.UTF_8), "assignment.json", LSTM);
  }

  @Test
  void jsonIsReadableAndSurvives() {
    assertThat(mixed().toJson())
        .isEqualTo(
            """
            {
              "scope": "row",
              "scale-format": "fp32",
              "tensors": {
                "encoder.weight": {"bits": 1},
                "rnn.weight_ih_l0": {"bits": 2},
                "rnn.weight_hh_l0": {"bits": 16},
                "decoder.weight": {"bits": 32}
              }
            }
            """);
    assertThat(read(mixed().toJson())).isEqualTo(mixed());
    assertThat(mixed().precisions().keySet())
        .containsExactly(
            "encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.weight");
  }

  @Test
  void jsonOfBlocksIsReadableAndSurvives() {
    assertThat(blocks().toJson())
        .isEqualTo(
            """
            {
              "scope": "row",
              "scale-format": "fp16",
              "tensors": {
                "encoder.weight[0:4]": {"bits": 4},
                "encoder.weight[4:13]": {"bits": 1},
                "rnn.weight_ih_l0": {"bits": 32},
                "rnn.weight_hh_l0": {"bits": 16},
                "decoder.weight[0:4]": {"bits": 8},
                "decoder.weight[4:13]": {"bits": 2}
              }
            }
            """);
    assertThat(read(blocks().toJson())).isEqualTo(blocks()).isNotEqualTo(mixed());
  }

  @Test
  void readsAFileThatKnowsOnlyWholeMatricesAndFp32Scales() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("assignment.json")) {
      byte[] json = in.readAllBytes();
      assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("scale-format");
      PrecisionAssignment old =
          PrecisionAssignment.fromJson(json, "old", new LstmArchitecture(13, 7, 5, 2));
      assertThat(old.scales()).isEqualTo(ROW);
      assertThat(old.precisions().values())
          .containsExactly(
              Precision.ONE,
              Precision.TWO,
              Precision.FOUR,
              Precision.EIGHT,
              Precision.SIXTEEN,
              Precision.FULL);
    }
  }

  @Test
  void givesEveryMatrixTheBlocksOfItsUnits() {
    assertThat(blocks().storage().keySet())
        .containsExactly(
            "encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.weight");
    assertThat(blocks().storage().get("encoder.weight").blocks())
        .containsExactly(
            new PrecisionBlock(0, 4, Precision.FOUR), new PrecisionBlock(4, 13, Precision.ONE));
    assertThat(blocks().storage().get("encoder.weight").scales()).isEqualTo(blocks().scales());
    assertThat(blocks().storage().get("rnn.weight_ih_l0").quantized()).isFalse();
  }

  @Test
  void refusesWhatIsUnknownMissingOrNotAllowed() {
    String good = mixed().toJson();
    assertRefused(
        good.replace("\"bits\": 2}", "\"bits\": 3}"),
        "assignment.json: \"tensors\".\"rnn.weight_ih_l0\".\"bits\": 3 is not a precision; allowed"
            + " are 1, 2, 4, 8, 16, 32 bits");
    assertRefused(
        good.replace("    \"encoder.weight\": {\"bits\": 1},\n", ""),
        "assignment.json: \"tensors\": the matrix encoder.weight is missing");
    assertRefused(
        good.replace("\"tensors\": {", "\"tensors\": {\"decoder.bias\": {\"bits\": 2},"),
        "assignment.json: \"tensors\": decoder.bias is not a matrix of this lstm, nor a block of"
            + " one; its matrices are [encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0,"
            + " decoder.weight]");
    assertRefused(
        good.replace("\"row\"", "\"column\""),
        "assignment.json: \"scope\": \"column\" is not a scope of scales; allowed are model,"
            + " tensor, row");
    assertRefused(
        good.replace("\"fp32\"", "\"fp8\""),
        "assignment.json: \"scale-format\": \"fp8\" is not a format of scales; allowed are fp32,"
            + " fp16");
    assertRefused(
        good.replace("{\"bits\": 1}", "{\"bits\": \"one\"}"),
        "assignment.json: \"tensors\".\"encoder.weight\".\"bits\" is \"one\"; it must be an"
            + " integer");
  }

  @Test
  void refusesBlocksThatAreNotConsecutiveCompleteAndWithinTheRows() {
    for (String[] wrong :
        new String[][] {
          {"[4:13]", "[5:13]", "encoder.weight[0:4], encoder.weight[5:13]"},
          {"[4:13]", "[3:13]", "encoder.weight[0:4], encoder.weight[3:13]"},
          {"[4:13]", "[4:12]", "encoder.weight[0:4], encoder.weight[4:12]"},
          {"[4:13]", "[4:14]", "encoder.weight[0:4], encoder.weight[4:14]"},
          {"[4:13]", "[4:4294967309]", "encoder.weight[0:4], encoder.weight[4:4294967309]"},
          {"[0:4]", "[4:4]", "encoder.weight[4:13], encoder.weight[4:4]"},
          {"[0:4]", "[1:4]", "encoder.weight[1:4], encoder.weight[4:13]"},
          {"[0:4]", "", "encoder.weight, encoder.weight[4:13]"},
        }) {
      assertRefused(
          blocks().toJson().replace("encoder.weight" + wrong[0], "encoder.weight" + wrong[1]),
          "assignment.json: \"tensors\": the blocks of encoder.weight are %s; they must cover its rows 0 to 13 one after the other"
              .formatted(wrong[2]));
    }
    assertRefused(
        blocks().toJson().replace("encoder.weight[0:4]", "encoder.weight[0-4]"),
        "assignment.json: \"tensors\": encoder.weight[0-4] is not a matrix of this lstm, nor a"
            + " block of one; its matrices are [encoder.weight, rnn.weight_ih_l0,"
            + " rnn.weight_hh_l0, decoder.weight]");
    assertRefused(
        blocks().toJson().replace("{\"bits\": 8}", "{\"bits\": 32}"),
        "assignment.json: \"tensors\": decoder.weight: rows 0 to 4 have 32 bits; a block of a"
            + " matrix has at most 16, and only a whole matrix stays in full precision");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void needsExactlyTheUnits() {
    assertThatThrownBy(() -> PrecisionAssignment.of(WHOLE, Map.of(), ROW))
        .hasMessage("the matrix encoder.weight has no precision");
    Map<String, Precision> more = new LinkedHashMap<>(mixed().precisions());
    more.put("decoder.bias", Precision.TWO);
    assertThatThrownBy(() -> PrecisionAssignment.of(WHOLE, more, ROW))
        .hasMessageStartingWith("decoder.bias is not a matrix of this lstm");
    assertThatThrownBy(() -> PrecisionAssignment.of(WHOLE, blocks().precisions(), ROW))
        .hasMessage("the matrix encoder.weight has no precision");
    assertThatThrownBy(() -> mixed().precision("encoder.weight[0:4]"))
        .hasMessageStartingWith("encoder.weight[0:4] has no precision; the matrices are [");
  }

  @Test
  void uniformAssignmentsHaveTheirPrecisionAsAverage() {
    PrecisionAssignment uniform = PrecisionAssignment.uniform(WHOLE, Precision.FOUR, ROW);
    assertThat(uniform.averageBits()).isEqualTo(4);
    assertThat(uniform.scales()).isEqualTo(ROW);
    assertThat(PrecisionAssignment.uniform(WHOLE, Precision.FULL, ROW).bytes())
        .isEqualTo(StoredSize.fullPrecisionBytes(LSTM));
    assertThat(mixed().averageBits())
        .isEqualTo((91 + 2 * 140 + 16 * 100 + 32 * 65) / (double) (91 + 140 + 100 + 65));
    assertThat(blocks().averageBits())
        .isEqualTo(
            (4 * 28 + 63 + 32 * 140 + 16 * 100 + 8 * 20 + 2 * 45) / (double) (91 + 140 + 100 + 65));
  }

  @Test
  void bytesCountEveryBlocksCodesAndScales() {
    // Codes: ⌈28/2⌉, ⌈63/8⌉, 4·140, 2·100, 20, ⌈45/5⌉. Scales: 2 bytes for each of 13 + 20 + 13
    // rows.
    assertThat(blocks().bytes() - StoredSize.fixedBytes(LSTM))
        .isEqualTo(14 + 8 + 560 + 200 + 20 + 9 + 2 * (13 + 20 + 13));
  }
}
