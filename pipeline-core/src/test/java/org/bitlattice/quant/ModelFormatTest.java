package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Model folders in both format versions: blocks of rows, scales of all forms, true sizes. */
class ModelFormatTest {
  private static final LmArchitecture SMALL = new LstmArchitecture(13, 7, 5, 2);
  private static final List<String> FILES =
      List.of(ModelFolder.CONFIG, ModelFolder.TENSORS, ModelFolder.WORDS);

  @TempDir Path folder;

  private static PackedModel fitted(LmWeights weights, Map<String, TensorStorage> storage) {
    return PackedModel.of(weights, TableFit.fit(weights, storage));
  }

  /** Random cuts and precisions; a matrix may also stay in full precision. */
  private static PackedModel random(ScaleForm scales, long seed) {
    Random random = new Random(seed);
    List<Integer> bounds =
        random.ints(random.nextInt(6), 1, 13).distinct().sorted().boxed().toList();
    ModelUnits units = new WordBlocks(bounds).cut(SMALL);
    Map<String, Precision> precisions = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      int most = unit.whole() ? 6 : 5;
      precisions.put(unit.name(), Precision.values()[random.nextInt(most)]);
    }
    return fitted(ModelFolderTest.randomWeights(SMALL, seed), units.storage(precisions, scales));
  }

  private PackedModel throughFolder(PackedModel model) throws IOException {
    LocalModelFiles files = new LocalModelFiles(folder);
    ModelFolder.write(files, model, ModelFolderTest.words(model.architecture().vocabularySize()));
    return ModelFolder.read(files).model();
  }

  private long fileBytes() throws IOException {
    return Files.size(folder.resolve(ModelFolder.TENSORS));
  }

  @ParameterizedTest
  @CsvSource({"MODEL,FP32", "MODEL,FP16", "TENSOR,FP32", "TENSOR,FP16", "ROW,FP32", "ROW,FP16"})
  void randomBlockLayoutsSurviveAndTheirSizesAreTheFiles(ScaleScope scope, ScaleFormat format)
      throws IOException {
    for (long seed = 0; seed < 40; seed++) {
      PackedModel model = random(new ScaleForm(scope, format), seed);
      PackedModel back = throughFolder(model);
      assertThat(back.quantized().keySet()).isEqualTo(model.quantized().keySet());
      model
          .quantized()
          .forEach(
              (name, tensor) -> {
                assertThat(back.quantized().get(name).storage()).isEqualTo(tensor.storage());
                assertThat(back.quantized().get(name).codes()).isEqualTo(tensor.codes());
                assertThat(back.quantized().get(name).scales()).isEqualTo(tensor.scales());
              });
      for (TensorShape shape : SMALL.tensors()) {
        assertThat(back.weights().tensor(shape.name()))
            .isEqualTo(model.weights().tensor(shape.name()));
      }
      assertThat(model.size().bytes()).isEqualTo(fileBytes());
      assertThat(bytesOfUnits(model)).isEqualTo(fileBytes());
      assertThat(model.size().parameters()).isEqualTo(SMALL.parameters());
    }
  }

  /** The file's length from the sizes that allocation counts with. */
  private static long bytesOfUnits(PackedModel model) {
    long bytes = StoredSize.fixedBytes(SMALL);
    for (ModelSize.UnitSize size : model.size().units()) {
      if (size.unit().tensor().quantizable()) {
        ScaleForm scales = size.scales().orElse(ScaleForm.of(ScaleScope.TENSOR));
        bytes += StoredSize.unitBytes(size.unit(), size.precision(), scales);
      }
    }
    return bytes;
  }

  @Test
  void theConfigurationNamesEveryBlock() throws IOException {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    ModelUnits units = new WordBlocks(List.of(4)).cut(SMALL);
    units.names().forEach(name -> precisions.put(name, Precision.TWO));
    precisions.put("encoder.weight[0:4]", Precision.FOUR);
    precisions.put("rnn.weight_hh_l1", Precision.FULL);
    ScaleForm scales = new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16);
    throughFolder(
        fitted(ModelFolderTest.randomWeights(SMALL, 1), units.storage(precisions, scales)));
    assertThat(folder.resolve(ModelFolder.CONFIG))
        .hasContent(
            """
            {
              "format-version": 2,
              "architecture": {"kind": "lstm", "vocabulary-size": 13, "embedding-size": 7, "hidden-size": 5, "layers": 2},
              "tensors": {
                "encoder.weight[0:4]": {"bits": 4, "scope": "row", "scale-format": "fp16"},
                "encoder.weight[4:13]": {"bits": 2, "scope": "row", "scale-format": "fp16"},
                "rnn.weight_ih_l0": {"bits": 2, "scope": "row", "scale-format": "fp16"},
                "rnn.weight_hh_l0": {"bits": 2, "scope": "row", "scale-format": "fp16"},
                "rnn.weight_ih_l1": {"bits": 2, "scope": "row", "scale-format": "fp16"},
                "rnn.weight_hh_l1": {"bits": 32},
                "decoder.weight[0:4]": {"bits": 2, "scope": "row", "scale-format": "fp16"},
                "decoder.weight[4:13]": {"bits": 2, "scope": "row", "scale-format": "fp16"}
              }
            }
            """);
  }

  private static Path versionOne() throws URISyntaxException {
    return Path.of(ModelFormatTest.class.getResource("format-version-1").toURI());
  }

  @Test
  void readsAFolderOfVersionOne() throws IOException, URISyntaxException {
    LmWeights read = ModelFolder.read(new LocalModelFiles(versionOne())).model().weights();
    int rows = 0;
    for (String line : Files.readAllLines(versionOne().resolve("values.tsv"))) {
      String[] fields = line.split("\t");
      int columns = fields.length - 2;
      float[] tensor = read.tensor(fields[0]);
      for (int i = 0; i < columns; i++) {
        assertThat(tensor[Integer.parseInt(fields[1]) * columns + i])
            .isEqualTo(Float.parseFloat(fields[2 + i]));
      }
      rows++;
    }
    assertThat(rows).isEqualTo(SMALL.tensors().stream().mapToInt(TensorShape::rows).sum());
  }

  @Test
  void writesTheBytesOfVersionOneWhereNoMoreIsNeeded() throws IOException, URISyntaxException {
    ModelFolder old = ModelFolder.read(new LocalModelFiles(versionOne()));
    ModelFolder.write(new LocalModelFiles(folder), old.model(), old.vocabulary());
    for (String file : FILES) {
      assertThat(Files.readAllBytes(folder.resolve(file)))
          .as(file)
          .isEqualTo(Files.readAllBytes(versionOne().resolve(file)));
    }
  }

  private void assertConfigRefused(String from, String to, String message) throws IOException {
    Path config = folder.resolve(ModelFolder.CONFIG);
    String good = Files.readString(config);
    assertThat(good).contains(from);
    Files.writeString(config, good.replace(from, to));
    assertThatThrownBy(() -> ModelFolder.read(new LocalModelFiles(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    Files.writeString(config, good);
  }

  @Test
  void refusesBlocksThatAreNotThoseOfTheFile() throws IOException {
    ScaleForm scales = new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16);
    ModelUnits units = new WordBlocks(List.of(4)).cut(SMALL);
    LmWeights weights = ModelFolderTest.randomWeights(SMALL, 1);
    throughFolder(fitted(weights, units.storage(Precision.TWO, scales)));
    String where = folder.resolve(ModelFolder.CONFIG) + ": \"tensors\": ";
    assertConfigRefused(
        "encoder.weight[4:13]",
        "encoder.weight[5:13]",
        where
            + "the blocks of encoder.weight are encoder.weight[0:4], encoder.weight[5:13]; they must"
            + " cover its rows 0 to 13 one after the other");
    assertConfigRefused(
        "decoder.weight[4:13]",
        "decoder.weight[4:2147483647]",
        where
            + "the blocks of decoder.weight are decoder.weight[0:4], decoder.weight[4:2147483647];"
            + " they must cover its rows 0 to 13 one after the other");
    assertConfigRefused(
        "\"decoder.weight[4:13]\": {\"bits\": 2, \"scope\": \"row\", \"scale-format\": \"fp16\"}",
        "\"decoder.weight[4:13]\": {\"bits\": 32}",
        where
            + "decoder.weight: rows 4 to 13 have 32 bits; a block of a matrix has at most 16, and only"
            + " a whole matrix stays in full precision");
    assertConfigRefused(
        "\"decoder.weight[4:13]\": {\"bits\": 2, \"scope\": \"row\"",
        "\"decoder.weight[4:13]\": {\"bits\": 2, \"scope\": \"tensor\"",
        where
            + "the blocks of decoder.weight differ in the form of their scales; it must be the same");
    assertConfigRefused(
        "\"format-version\": 2",
        "\"format-version\": 1",
        folder.resolve(ModelFolder.CONFIG)
            + ": the format version is 1, but what \"tensors\" says needs version 2");
  }

  @Test
  void refusesFilesWhoseTensorsHaveOtherLengthsOrTypes() throws IOException {
    ScaleForm scales = new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16);
    ModelUnits units = new WordBlocks(List.of(4)).cut(SMALL);
    LmWeights weights = ModelFolderTest.randomWeights(SMALL, 1);
    throughFolder(fitted(weights, units.storage(Precision.TWO, scales)));
    String announced =
        folder.resolve(ModelFolder.TENSORS) + " does not hold what config.json announces: ";
    assertConfigRefused(
        "\"rnn.weight_ih_l0\": {\"bits\": 2, \"scope\": \"row\", \"scale-format\": \"fp16\"}",
        "\"rnn.weight_ih_l0\": {\"bits\": 2, \"scope\": \"row\"}",
        announced
            + "the tensor rnn.weight_ih_l0.scales has the type F16 and the shape [20] instead of F32"
            + " and [20]");
    assertConfigRefused(
        "\"decoder.weight[4:13]\": {\"bits\": 2",
        "\"decoder.weight[4:13]\": {\"bits\": 16",
        announced
            + "the tensor decoder.weight.codes has the type U8 and the shape [13] instead of U8 and"
            + " [94]");
  }

  @ParameterizedTest
  @EnumSource(ScaleScope.class)
  void everyFlippedBitOfTheTensorsIsReadOrRefusedButNeverBreaksTheReader(ScaleScope scope)
      throws IOException {
    throughFolder(random(new ScaleForm(scope, ScaleFormat.FP16), 3));
    Path tensors = folder.resolve(ModelFolder.TENSORS);
    byte[] good = Files.readAllBytes(tensors);
    Random random = new Random(1);
    int refused = 0;
    for (int at = 0; at < good.length; at += 3) {
      byte[] damaged = good.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(tensors, damaged);
      try {
        ModelFolder.read(new LocalModelFiles(folder));
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).contains("model.safetensors");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void theGoalsOfCompressionAreReachedOnFilesOfALargeModel() throws IOException {
    // Embedding and output separate, 2 layers of 512, 10,000 words: 14.5 million parameters.
    LmArchitecture large = new LstmArchitecture(10_000, 512, 512, 2);
    LmWeights weights = ModelFolderTest.randomWeights(large, 1);
    ScaleForm tensor = ScaleForm.of(ScaleScope.TENSOR);
    throughFolder(PackedModel.fullPrecision(weights));
    double full = fileBytes();
    assertThat(full).isEqualTo(4.0 * large.parameters(), within(2048.0));
    Map<Precision, Double> goals = Map.of(Precision.ONE, 29.0, Precision.TWO, 19.0);
    for (Precision precision : goals.keySet()) {
      PackedModel model = fitted(weights, ModelUnits.whole(large).storage(precision, tensor));
      throughFolder(model);
      assertThat(full / fileBytes()).isGreaterThanOrEqualTo(goals.get(precision));
      assertThat(model.size().bytes()).isEqualTo(fileBytes());
      assertThat(model.size().compressionRatio()).isEqualTo(full / fileBytes());
    }
  }
}
