package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitlattice.lm.LstmArchitecture.Output;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.text.RowWords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PyTorchImportTest {
  private static final List<String> WORDS = List.of("the", "<unk>", "cat", "<eos>", "sat", "mat");
  private static final int HIDDEN = 5;
  private static final WordRoles ROLES = new WordRoles("<eos>", "<eos>", "<unk>", Set.of());

  private static LmWeights model(int embedding, int layers, Output output) {
    return TinyModels.random(
        new LstmArchitecture(WORDS.size(), embedding, HIDDEN, layers, output), 0.7, 3);
  }

  private static PyTorchImport.Request request(WordRoles roles, PyTorchImport.Output output) {
    return new PyTorchImport.Request("", new RowWords(WORDS, "words.txt"), roles, output);
  }

  private static final PyTorchImport.Request REQUEST =
      request(ROLES, PyTorchImport.Output.AS_STORED);

  /** Every probability of a text under the import is that of the same words under the original. */
  private static void assertSameProbabilities(LmWeights original, PyTorchImport.Imported imported) {
    List<String> text = List.of("<eos>", "cat", "<unk>", "mat", "sat", "the", "<eos>", "the");
    ReferenceLstm from = new ReferenceLstm(original);
    ReferenceLstm to = new ReferenceLstm(imported.weights());
    for (String word : text) {
      double[] expected = from.logProbabilitiesAfter(WORDS.indexOf(word));
      double[] found = to.logProbabilitiesAfter(id(imported, word));
      for (String next : WORDS) {
        assertThat(found[id(imported, next)])
            .as("%s after %s", next, word)
            .isCloseTo(expected[WORDS.indexOf(next)], within(1e-12));
      }
    }
  }

  private static int id(PyTorchImport.Imported imported, String word) {
    return imported.vocabulary().words().indexOf(word.equals("<eos>") ? "</s>" : word);
  }

  @ParameterizedTest
  @CsvSource({"5, 1", "5, 2", "7, 1", "3, 4"})
  void aSeparateOutputKeepsEveryProbability(int embedding, int layers) throws IOException {
    LmWeights original = model(embedding, layers, Output.SEPARATE);
    PyTorchImport.Imported imported = StateDictionary.of(original).read(REQUEST);
    assertThat(imported.vocabulary().words())
        .containsExactly("</s>", "<unk>", "the", "cat", "sat", "mat");
    assertThat(imported.weights().architecture()).isEqualTo(original.architecture());
    assertThat(imported.notes()).isEmpty();
    assertSameProbabilities(original, imported);
  }

  @Test
  void anAbsentOutputMatrixAndACopyOfTheEmbeddingAreBothATiedOutput() throws IOException {
    LmWeights original = model(HIDDEN, 2, Output.TIED);
    float[] embedding = original.tensor("encoder.weight");
    for (StateDictionary file :
        List.of(
            StateDictionary.of(original),
            StateDictionary.of(original).put("decoder.weight", "[6,5]", embedding))) {
      PyTorchImport.Imported imported = file.read(REQUEST);
      assertThat(imported.weights().architecture()).isEqualTo(original.architecture());
      assertThat(imported.notes())
          .containsExactly("decoder.weight is encoder.weight: a tied output, stored once");
      assertSameProbabilities(original, imported);
    }
  }

  @Test
  void aTiedOutputCanBecomeATensorOfItsOwn() throws IOException {
    LmWeights original = model(HIDDEN, 1, Output.TIED);
    PyTorchImport.Imported imported =
        StateDictionary.of(original).read(request(ROLES, PyTorchImport.Output.SEPARATE));
    assertThat(imported.weights().architecture())
        .isEqualTo(new LstmArchitecture(6, HIDDEN, HIDDEN, 1));
    assertThat(imported.weights().tensor("decoder.weight"))
        .isEqualTo(imported.weights().tensor("encoder.weight"))
        .isNotSameAs(imported.weights().tensor("encoder.weight"));
    assertThat(imported.notes())
        .containsExactly("decoder.weight, tied to encoder.weight, made a tensor of its own");
    assertSameProbabilities(original, imported);
  }

  @Test
  void anOutputSaidToBeTiedMustBeTheEmbedding() {
    StateDictionary file = StateDictionary.of(model(HIDDEN, 1, Output.SEPARATE));
    assertThatThrownBy(() -> file.read(request(ROLES, PyTorchImport.Output.TIED)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lm.st: decoder.weight is not encoder.weight, though the output was said to be tied (--output tied)");
    String architecture = ArchitectureJson.write(model(HIDDEN, 1, Output.TIED).architecture());
    assertThatThrownBy(() -> file.saying("architecture", architecture).read(REQUEST))
        .hasMessage(
            "lm.st: decoder.weight is not encoder.weight, though the output was said to be tied (in the file's header)");
  }

  @Test
  void absentBiasesAreZero() throws IOException {
    LmWeights original = model(7, 2, Output.SEPARATE);
    StateDictionary file = StateDictionary.of(original).without("decoder.bias");
    Map<String, float[]> zeros = new java.util.HashMap<>(Map.of("decoder.bias", new float[6]));
    assertSameProbabilities(original.with(zeros), file.read(REQUEST));
    for (int layer = 0; layer < 2; layer++) {
      for (String bias : List.of("rnn.bias_ih_l" + layer, "rnn.bias_hh_l" + layer)) {
        file.without(bias);
        zeros.put(bias, new float[4 * HIDDEN]);
      }
    }
    PyTorchImport.Imported imported = file.read(REQUEST);
    assertSameProbabilities(original.with(zeros), imported);
    assertThat(imported.notes())
        .containsExactly(
            "absent and taken as zero: rnn.bias_ih_l0, rnn.bias_hh_l0, rnn.bias_ih_l1, rnn.bias_hh_l1, decoder.bias");
  }

  @Test
  void halfPrecisionIsWidened() throws IOException {
    LmWeights original = model(7, 1, Output.SEPARATE);
    StateDictionary file =
        StateDictionary.of(original)
            .truncated("encoder.weight")
            .truncated("rnn.weight_hh_l0")
            .put(
                "decoder.bias", "F16", "[6]", new byte[] {0, 0x3c, 0, -68, 0, 0, 0, 0, 0, 0, 1, 0});
    PyTorchImport.Imported imported = file.read(REQUEST);
    assertThat(imported.notes())
        .containsExactly(
            "1 tensors of type F16 widened to single precision",
            "2 tensors of type BF16 widened to single precision");
    assertThat(imported.weights().tensor("decoder.bias")).containsExactly(0, -1, 1, 0, 0, 0x1p-24f);
    float[] matrix = original.tensor("rnn.weight_hh_l0").clone();
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = Float.intBitsToFloat(Float.floatToRawIntBits(matrix[i]) & 0xffff0000);
    }
    assertThat(imported.weights().tensor("rnn.weight_hh_l0")).isEqualTo(matrix);
  }

  @Test
  void aPrefixIsLeftOut() throws IOException {
    LmWeights original = model(7, 1, Output.SEPARATE);
    StateDictionary file = StateDictionary.of(original).prefixed("module.");
    assertThatThrownBy(() -> file.read(REQUEST))
        .hasMessageContaining(
            ": its names begin with \"module.\", as in module.encoder.weight; give --prefix module.; the names of one are");
    PyTorchImport.Request prefixed =
        new PyTorchImport.Request(
            "module.", REQUEST.words(), ROLES, PyTorchImport.Output.AS_STORED);
    assertSameProbabilities(original, file.read(prefixed));
    assertThatThrownBy(() -> file.put("step", "[1]", 1).read(prefixed))
        .hasMessageContaining(": the tensor step does not begin with the prefix module.; ");
  }

  @Test
  void aStartWordOfItsOwnGivesTheBoundaryItsEmbedding() throws IOException {
    LmWeights original = model(7, 1, Output.SEPARATE);
    WordRoles roles = new WordRoles("<eos>", "the", "<unk>", Set.of("sat"));
    PyTorchImport.Imported imported =
        StateDictionary.of(original).read(request(roles, PyTorchImport.Output.AS_STORED));
    assertThat(imported.vocabulary().words()).containsExactly("</s>", "<unk>", "cat", "mat");
    assertThat(imported.notes())
        .containsExactly(
            "left out of the soft-max, which makes the probabilities of the other words larger: the sat");
    double[] expected = new ReferenceLstm(original).logProbabilitiesAfter(WORDS.indexOf("the"));
    double[] found = new ReferenceLstm(imported.weights()).logProbabilitiesAfter(0);
    double share = 1 - Math.exp(expected[0]) - Math.exp(expected[WORDS.indexOf("sat")]);
    for (String word : List.of("<eos>", "<unk>", "cat", "mat")) {
      assertThat(found[id(imported, word)])
          .isCloseTo(expected[WORDS.indexOf(word)] - Math.log(share), within(1e-12));
    }
  }

  @Test
  void aTiedOutputHasOneRowForTheBoundary() throws IOException {
    StateDictionary file = StateDictionary.of(model(HIDDEN, 1, Output.TIED));
    WordRoles roles = new WordRoles("<eos>", "the", "<unk>", Set.of());
    assertThatThrownBy(() -> file.read(request(roles, PyTorchImport.Output.AS_STORED)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lm.st: the output is tied, so that the boundary word has one row for input and output, but sentences begin with \"the\" and end with \"<eos>\"; --output separate gives it two");
    assertThat(
            file.read(request(roles, PyTorchImport.Output.SEPARATE))
                .weights()
                .architecture()
                .vocabularySize())
        .isEqualTo(5);
  }

  @Test
  void whatTheExportWritesComesBack() throws IOException {
    for (Output output : Output.values()) {
      LmWeights original = model(HIDDEN, 2, output);
      PyTorchImport.Imported imported = StateDictionary.of(original).read(REQUEST);
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
      PyTorchExport.write(out, imported.weights(), imported.vocabulary());
      PyTorchImport.Imported again =
          StateDictionary.read(
              out.toByteArray(),
              new PyTorchImport.Request(
                  "",
                  new RowWords(imported.vocabulary().words(), "v"),
                  new WordRoles("</s>", "</s>", "<unk>", Set.of()),
                  PyTorchImport.Output.AS_STORED));
      assertThat(again.vocabulary().words()).isEqualTo(imported.vocabulary().words());
      assertThat(again.weights().architecture()).isEqualTo(imported.weights().architecture());
      for (TensorShape shape : again.weights().architecture().tensors()) {
        assertThat(again.weights().tensor(shape.name()))
            .isEqualTo(imported.weights().tensor(shape.name()));
      }
    }
  }

  @Test
  void picklesAreNotOpened() {
    String sentence =
        "lm.st is what torch.save writes; it is not opened, since unpickling runs what the file says. Write safetensors in Python instead: from safetensors.torch import save_file; save_file({k: v.clone() for k, v in model.state_dict().items()}, \"model.safetensors\")";
    for (byte[] start :
        List.of(new byte[] {'P', 'K', 3, 4}, new byte[] {(byte) 0x80, 2, '}', 'q'})) {
      assertThatThrownBy(
              () -> StateDictionary.read(ByteBuffer.allocate(64).put(start).array(), REQUEST))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(sentence);
    }
  }
}
