package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelFolderTest {
  private static final LmArchitecture SMALL = new LstmArchitecture(13, 7, 5, 2);

  @TempDir Path folder;

  static LmWeights randomWeights(LmArchitecture architecture, long seed) {
    Random random = new Random(seed);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : architecture.tensors()) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.put(shape.name(), values);
    }
    return LmWeights.of(architecture, tensors);
  }

  static Vocabulary words(int size) {
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    while (words.size() < size) {
      words.add("wörd" + words.size());
    }
    return Vocabulary.of(words, "test");
  }

  /** Precisions 1, 2, 4, 8, 16, 32 in turn, from a start. */
  private static PackedModel mixed(LmArchitecture architecture, int start, ScaleScope scope) {
    LmWeights weights = randomWeights(architecture, 1);
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    int turn = start;
    for (TensorShape shape : architecture.quantizable()) {
      Precision precision = Precision.values()[turn++ % Precision.values().length];
      if (precision.quantized()) {
        quantized.put(
            shape.name(),
            TableFit.fit(
                shape.name(),
                weights.tensor(shape.name()),
                shape.rows(),
                shape.columns(),
                precision,
                scope));
      }
    }
    return PackedModel.of(weights, quantized);
  }

  private PackedModel throughFolder(PackedModel model) throws IOException {
    LocalModelFiles files = new LocalModelFiles(folder);
    ModelFolder.write(files, model, words(model.architecture().vocabularySize()));
    return ModelFolder.read(files).model();
  }

  private static void assertSame(PackedModel actual, PackedModel expected) {
    assertThat(actual.architecture()).isEqualTo(expected.architecture());
    assertThat(actual.quantized().keySet()).isEqualTo(expected.quantized().keySet());
    for (String name : expected.quantized().keySet()) {
      QuantizedTensor one = actual.quantized().get(name);
      QuantizedTensor other = expected.quantized().get(name);
      assertThat(one.storage()).isEqualTo(other.storage());
      assertThat(one.codes()).as(name).isEqualTo(other.codes());
      assertThat(one.scales()).as(name).isEqualTo(other.scales());
    }
    for (TensorShape shape : expected.architecture().tensors()) {
      assertThat(actual.weights().tensor(shape.name()))
          .isEqualTo(expected.weights().tensor(shape.name()));
    }
  }

  @ParameterizedTest
  @EnumSource(ScaleScope.class)
  void everyMixtureOfPrecisionsSurvivesAndHasTheAnnouncedLength(ScaleScope scope)
      throws IOException {
    for (int start = 0; start < Precision.values().length; start++) {
      PackedModel model = mixed(SMALL, start, scope);
      assertSame(throughFolder(model), model);
      assertThat(Files.size(folder.resolve(ModelFolder.TENSORS))).isEqualTo(model.size().bytes());
    }
  }

  @Test
  void fullPrecisionFileIsTheDenominatorOfTheRatio() throws IOException {
    PackedModel full = PackedModel.fullPrecision(randomWeights(SMALL, 2));
    assertSame(throughFolder(full), full);
    long fullBytes = Files.size(folder.resolve(ModelFolder.TENSORS));
    assertThat(full.size().bytes()).isEqualTo(fullBytes);
    assertThat(StoredSize.fullPrecisionBytes(SMALL)).isEqualTo(fullBytes);
    assertThat(full.size().compressionRatio()).isEqualTo(1);
    assertThat(full.size().averageBits()).isEqualTo(32);

    PackedModel model = mixed(SMALL, 0, ScaleScope.ROW);
    throughFolder(model);
    long bytes = Files.size(folder.resolve(ModelFolder.TENSORS));
    assertThat(model.size().compressionRatio()).isEqualTo((double) fullBytes / bytes);
    assertThat(model.size().storedBits()).isEqualTo(8.0 * bytes / SMALL.parameters());
  }

  @Test
  void aTiedMatrixIsStoredAndCountedOnce() throws IOException {
    LmArchitecture tied = new LstmArchitecture(13, 5, 5, 2, LstmArchitecture.Output.TIED);
    for (int start = 0; start < Precision.values().length; start++) {
      PackedModel model = mixed(tied, start, ScaleScope.ROW);
      assertSame(throughFolder(model), model);
      assertThat(Files.size(folder.resolve(ModelFolder.TENSORS))).isEqualTo(model.size().bytes());
      assertThat(model.size().parameters()).isEqualTo(tied.parameters());
      assertThat(StoredSize.fixedBytes(tied) + matrixBytes(model)).isEqualTo(model.size().bytes());
    }
    ModelOutline outline = ModelOutline.read(new LocalModelFiles(folder));
    assertThat(outline.architecture()).isEqualTo(tied);
    assertThat(outline.quantized())
        .containsExactly(
            "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.weight_ih_l1", "rnn.weight_hh_l1");
    throughFolder(mixed(new LstmArchitecture(13, 5, 5, 2), 5, ScaleScope.ROW));
    Path config = folder.resolve(ModelFolder.CONFIG);
    String separate = Files.readString(config);
    Files.writeString(
        config,
        separate
            .replace("\"layers\": 2", "\"layers\": 2, \"output\": \"tied\"")
            .replaceFirst(",\\s*\"decoder.weight\": \\{[^}]*\\}", ""));
    assertThatThrownBy(() -> ModelFolder.read(new LocalModelFiles(folder)))
        .hasMessageContaining("does not hold what config.json announces: ")
        .hasMessageContaining("the tensor decoder.weight");
  }

  private static long matrixBytes(PackedModel model) {
    long sum = 0;
    for (TensorShape shape : model.architecture().quantizable()) {
      QuantizedTensor tensor = model.quantized().get(shape.name());
      Precision precision = tensor == null ? Precision.FULL : tensor.precision();
      sum += StoredSize.unitBytes(WeightUnit.of(shape), precision, ScaleForm.of(ScaleScope.ROW));
    }
    return sum;
  }

  @Test
  void sizesOfTheFixedPartAndTheTensorsAddUpToTheFile() {
    PackedModel model = mixed(SMALL, 3, ScaleScope.ROW);
    long sum = StoredSize.fixedBytes(SMALL) + matrixBytes(model);
    assertThat(sum).isEqualTo(model.size().bytes());
  }

  @Test
  void writesTheSameBytesTwice() throws IOException {
    throughFolder(mixed(SMALL, 0, ScaleScope.ROW));
    byte[] first = Files.readAllBytes(folder.resolve(ModelFolder.TENSORS));
    String config = Files.readString(folder.resolve(ModelFolder.CONFIG));
    throughFolder(mixed(SMALL, 0, ScaleScope.ROW));
    assertThat(Files.readAllBytes(folder.resolve(ModelFolder.TENSORS))).isEqualTo(first);
    assertThat(Files.readString(folder.resolve(ModelFolder.CONFIG))).isEqualTo(config);
  }

  @Test
  void survivesJavaSerialization() throws IOException, ClassNotFoundException {
    PackedModel model = mixed(SMALL, 0, ScaleScope.ROW);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(model);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertSame((PackedModel) in.readObject(), model);
    }
  }

  @Test
  void refusesAVocabularyOfAnotherSize() {
    PackedModel model = mixed(SMALL, 0, ScaleScope.ROW);
    assertThatThrownBy(() -> ModelFolder.write(new LocalModelFiles(folder), model, words(12)))
        .hasMessage("the vocabulary has 12 words; the model was made for 13");
  }

  @Test
  void namesTheFileThatIsMissing() throws IOException {
    throughFolder(mixed(SMALL, 0, ScaleScope.ROW));
    Files.delete(folder.resolve(ModelFolder.TENSORS));
    assertThatThrownBy(() -> ModelFolder.read(new LocalModelFiles(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.safetensors is missing");
  }

  @Test
  void namesTensorAndFileWhenTheConfigurationAnnouncesSomethingElse() throws IOException {
    throughFolder(mixed(SMALL, 0, ScaleScope.TENSOR));
    Path config = folder.resolve(ModelFolder.CONFIG);
    Files.writeString(config, Files.readString(config).replace("\"bits\": 1,", "\"bits\": 16,"));
    assertThatThrownBy(() -> ModelFolder.read(new LocalModelFiles(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model.safetensors does not hold what config.json announces")
        .hasMessageContaining("encoder.weight.codes has the type U8 and the shape [12]");
  }

  @Test
  void refusesDamagedConfigurations() throws IOException {
    throughFolder(mixed(SMALL, 0, ScaleScope.TENSOR));
    assertConfigRefused(
        "\"format-version\": 1",
        "\"format-version\": 3",
        "the format version is 3; this program reads versions 1 to 2");
    assertConfigRefused("\"bits\": 1,", "\"bits\": 3,", "3 is not a precision");
    assertConfigRefused("\"tensor\"", "\"whole\"", "allowed are model, tensor, row");
    assertConfigRefused("\"lstm\"", "\"gru\"", "\"gru\" is not known");
    assertConfigRefused("\"layers\": 2", "\"layers\": 2000000000", "integer from 1 to 1000");
    assertConfigRefused("\"layers\": 2", "\"layers\": 3", "the matrix rnn.weight_ih_l2 is missing");
    assertConfigRefused("\"layers\": 2", "\"layers\": 1", "rnn.weight_hh_l1 is not a matrix");
    assertConfigRefused(
        "\"vocabulary-size\": 13", "\"vocabulary-size\": 99999999", "does not hold what");
    assertConfigRefused("\"embedding-size\": 7", "\"embedding-size\": 99999999", "encoder.weight");
    assertConfigRefused("\"hidden-size\": 5", "\"hidden-size\": 5.5", "must be an integer");
  }

  private void assertConfigRefused(String from, String to, String message) throws IOException {
    Path config = folder.resolve(ModelFolder.CONFIG);
    String good = Files.readString(config);
    assertThat(good).contains(from);
    Files.writeString(config, good.replace(from, to));
    assertThatThrownBy(() -> ModelFolder.read(new LocalModelFiles(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
    Files.writeString(config, good);
  }

  @Test
  void everyTruncationOfTheTensorFileIsRefused() throws IOException {
    throughFolder(mixed(SMALL, 0, ScaleScope.ROW));
    byte[] good = Files.readAllBytes(folder.resolve(ModelFolder.TENSORS));
    for (int length = 0; length < good.length; length += 97) {
      byte[] damaged = java.util.Arrays.copyOf(good, length);
      Files.write(folder.resolve(ModelFolder.TENSORS), damaged);
      assertThatThrownBy(() -> ModelFolder.read(new LocalModelFiles(folder)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model.safetensors");
    }
  }

  @Test
  void refusesVectorsAndWrongShapesAsQuantizedTensors() {
    LmWeights weights = randomWeights(SMALL, 3);
    QuantizedTensor bias =
        TableFit.fit("b", new float[13], 1, 13, Precision.TWO, ScaleScope.TENSOR);
    assertThatThrownBy(() -> PackedModel.of(weights, Map.of("decoder.bias", bias)))
        .hasMessage("the tensor decoder.bias is a vector; vectors stay in full precision");
    assertThatThrownBy(() -> PackedModel.of(weights, Map.of("decoder.weight", bias)))
        .hasMessage(
            "the quantized tensor decoder.weight has the shape [1, 13]; the architecture needs"
                + " [13, 5]");
    assertThatThrownBy(() -> PackedModel.of(weights, Map.of("decoder", bias)))
        .hasMessageStartingWith("the quantized tensor decoder does not belong to an lstm");
  }
}
