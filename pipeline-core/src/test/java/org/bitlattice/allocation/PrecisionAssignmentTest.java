package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;
import org.junit.jupiter.api.Test;

class PrecisionAssignmentTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(13, 7, 5, 1);

  private static PrecisionAssignment mixed() {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    precisions.put("decoder.weight", Precision.FULL);
    precisions.put("encoder.weight", Precision.ONE);
    precisions.put("rnn.weight_ih_l0", Precision.TWO);
    precisions.put("rnn.weight_hh_l0", Precision.SIXTEEN);
    return PrecisionAssignment.of(LSTM, precisions, ScaleScope.ROW);
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
  void refusesWhatIsUnknownMissingOrNotAllowed() {
    String good = mixed().toJson();
    assertRefused(
        good.replace("\"bits\": 2}", "\"bits\": 3}"),
        "assignment.json: \"tensors\".\"rnn.weight_ih_l0\".\"bits\": 3 is not a precision; allowed"
            + " are 1, 2, 4, 8, 16, 32 bits");
    assertRefused(
        good.replace("encoder.weight", "embedding"),
        "assignment.json: \"tensors\".\"encoder.weight\" is missing; it must be an object");
    assertRefused(
        good.replace("\"tensors\": {", "\"tensors\": {\"decoder.bias\": {\"bits\": 2},"),
        "assignment.json: \"tensors\" has the unknown fields [decoder.bias]; allowed are"
            + " [decoder.weight, encoder.weight, rnn.weight_hh_l0, rnn.weight_ih_l0]");
    assertRefused(
        good.replace("\"row\"", "\"column\""),
        "assignment.json: \"scope\": \"column\" is not a scope of scales; it must be tensor or"
            + " row");
    assertRefused(
        good.replace("{\"bits\": 1}", "{\"bits\": \"one\"}"),
        "assignment.json: \"tensors\".\"encoder.weight\".\"bits\" is \"one\"; it must be an"
            + " integer");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void needsExactlyTheArchitecturesMatrices() {
    assertThatThrownBy(() -> PrecisionAssignment.of(LSTM, Map.of(), ScaleScope.ROW))
        .hasMessage("the matrix encoder.weight has no precision");
    Map<String, Precision> more = new LinkedHashMap<>(mixed().precisions());
    more.put("decoder.bias", Precision.TWO);
    assertThatThrownBy(() -> PrecisionAssignment.of(LSTM, more, ScaleScope.ROW))
        .hasMessageStartingWith("decoder.bias is not a matrix of this lstm");
  }

  @Test
  void uniformAssignmentsHaveTheirPrecisionAsAverage() {
    PrecisionAssignment uniform = PrecisionAssignment.uniform(LSTM, Precision.FOUR);
    assertThat(uniform.averageBits(LSTM)).isEqualTo(4);
    assertThat(uniform.scope()).isEqualTo(ScaleScope.TENSOR);
    assertThat(PrecisionAssignment.uniform(LSTM, Precision.FULL).bytes(LSTM))
        .isEqualTo(StoredSize.fullPrecisionBytes(LSTM));
    assertThat(mixed().averageBits(LSTM))
        .isEqualTo((91 + 2 * 140 + 16 * 100 + 32 * 65) / (double) (91 + 140 + 100 + 65));
  }
}
