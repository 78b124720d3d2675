package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitlattice.lm.LstmArchitecture.Output;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.lm.training.TrainingState;
import org.junit.jupiter.api.Test;

class TiedOutputTest {
  private static final LstmArchitecture TIED = new LstmArchitecture(9, 4, 4, 1, Output.TIED);

  @Test
  void theSharedMatrixIsThereOnce() {
    assertThat(TIED.tensors()).extracting(TensorShape::name).doesNotContain("decoder.weight");
    assertThat(TIED.outputWeight()).isEqualTo("encoder.weight");
    LstmArchitecture separate = TIED.with(9, Output.SEPARATE);
    assertThat(separate.outputWeight()).isEqualTo("decoder.weight");
    assertThat(separate.parameters() - TIED.parameters()).isEqualTo(36);
  }

  @Test
  void theEmbeddingMustFitTheOutput() {
    assertThatThrownBy(() -> new LstmArchitecture(9, 4, 5, 1, Output.TIED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an LSTM with a tied output has embeddings of length 4 and 5 units; the embedding can be the output matrix only where both are equal");
  }

  @Test
  void theArchitectureSaysSo() {
    String json = ArchitectureJson.write(TIED);
    assertThat(json).endsWith("\"layers\": 1, \"output\": \"tied\"}");
    assertThat(read(json)).isEqualTo(TIED);
    assertThatThrownBy(() -> read(json.replace("\"tied\"", "\"shared\"")))
        .hasMessage(
            "c.json: \"a\".\"output\" is \"shared\"; it must be \"tied\", or absent for an output matrix of its own");
    assertThatThrownBy(() -> read(json.replace("\"hidden-size\": 4", "\"hidden-size\": 5")))
        .hasMessageStartingWith("c.json: \"a\": an LSTM with a tied output has embeddings");
  }

  private static LmArchitecture read(String json) {
    return ArchitectureJson.read(JsonObject.parse("{\"a\": " + json + "}", "c.json"), "a");
  }

  @Test
  void trainingIsRefused() {
    String sentence =
        "an LSTM with a tied output (decoder.weight is encoder.weight) cannot be trained; it can be measured and quantized by ptq, or imported with an output of its own";
    assertThatThrownBy(() -> TrainingState.start(TinyModels.random(TIED, 1, 1)).flat())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
    assertThatThrownBy(() -> InitialWeights.of(TIED, 1)).hasMessage(sentence);
  }
}
