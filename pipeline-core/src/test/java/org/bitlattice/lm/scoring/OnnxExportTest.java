package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.LstmArchitecture.Output;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxExportTest {
  private static final int[][] SENTENCES = {{3, 5, 2, 2, 12}, {4, 1, 12, 3, 3}, {2, 3, 4, 5, 6}};

  private static ModelFolder folder(PackedModel model) {
    List<String> words = new ArrayList<>(List.of("a", "<unk>", "</s>"));
    while (words.size() < model.architecture().vocabularySize()) {
      words.add("w" + words.size());
    }
    return new ModelFolder(model, Vocabulary.of(words, "test"));
  }

  private static byte[] exported(ModelFolder folder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxExport.write(out, folder);
    return out.toByteArray();
  }

  /** Holds that a file, stepped through sentences side by side, gives the plain LSTM's ln P. */
  private static void assertScores(byte[] file, LmWeights expected, int boundary)
      throws OrtException {
    double[][][] all = new double[SENTENCES.length][][];
    for (int s = 0; s < all.length; s++) {
      all[s] = PlainLstm.distributions(expected, boundary, SENTENCES[s]);
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file)) {
      int size = Integer.parseInt(metadata(file).get("bitlattice.state-size"));
      float[][] state = new float[SENTENCES.length][size];
      for (int i = 0; i <= SENTENCES[0].length; i++) {
        long[] tokens = new long[SENTENCES.length];
        for (int s = 0; s < tokens.length; s++) {
          tokens[s] = i == 0 ? boundary : SENTENCES[s][i - 1];
        }
        try (OnnxTensor token = OnnxTensor.createTensor(environment, tokens);
            OnnxTensor before = OnnxTensor.createTensor(environment, state);
            OrtSession.Result result = session.run(Map.of("token", token, "state", before))) {
          float[][] ln = (float[][]) result.get("log_probability").orElseThrow().getValue();
          state = (float[][]) result.get("next_state").orElseThrow().getValue();
          for (int s = 0; s < tokens.length; s++) {
            for (int word = 0; word < ln[s].length; word++) {
              assertThat((double) ln[s][word]).isCloseTo(all[s][i][word], within(1e-5));
            }
          }
        }
      }
    }
  }

  private static Map<String, String> metadata(byte[] file) {
    Map<String, String> metadata = new TreeMap<>();
    parse(file).getMetadataPropsList().forEach(p -> metadata.put(p.getKey(), p.getValue()));
    return metadata;
  }

  private static ModelProto parse(byte[] file) {
    try {
      return ModelProto.parseFrom(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 7, 1, SEPARATE", "8, 8, 2, SEPARATE", "6, 6, 2, TIED", "9, 4, 3, SEPARATE"})
  void aStepOfHistoriesGivesThePlainNetworksProbabilities(
      int embedding, int hidden, int layers, Output output) throws Exception {
    LmWeights weights =
        PlainLstm.randomWeights(
            new LstmArchitecture(13, embedding, hidden, layers, output), 0.8, 5);
    byte[] file = exported(folder(PackedModel.fullPrecision(weights)));
    assertScores(file, weights, 2);
  }

  @Test
  void lowBitWeightsAreExpanded() throws Exception {
    LmWeights weights = PlainLstm.randomWeights(new LstmArchitecture(13, 5, 7, 1), 0.8, 6);
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    for (TensorShape shape : weights.architecture().quantizable()) {
      if (!shape.name().equals("rnn.weight_hh_l0")) {
        quantized.put(
            shape.name(),
            TableFit.fit(
                shape.name(),
                weights.tensor(shape.name()),
                shape.rows(),
                shape.columns(),
                Precision.TWO,
                ScaleScope.ROW));
      }
    }
    PackedModel model = PackedModel.of(weights, quantized);
    byte[] file = exported(folder(model));
    assertScores(file, model.weights(), 2);
    assertThat(metadata(file).get("bitlattice.precisions"))
        .isEqualTo(
            "{\"encoder.weight\": 2, \"rnn.weight_ih_l0\": 2, \"rnn.weight_hh_l0\": 32, \"decoder.weight\": 2}");
  }

  @Test
  void theFileSaysWhatItIs() throws IOException {
    ModelFolder folder =
        folder(
            PackedModel.fullPrecision(
                PlainLstm.randomWeights(new LstmArchitecture(13, 5, 7, 2), 1, 7)));
    byte[] file = exported(folder);
    assertThat(metadata(file))
        .containsExactly(
            Map.entry(
                "bitlattice.architecture",
                "{\"kind\": \"lstm\", \"vocabulary-size\": 13, \"embedding-size\": 5, \"hidden-size\": 7, \"layers\": 2}"),
            Map.entry("bitlattice.boundary-id", "2"),
            Map.entry("bitlattice.format-version", "1"),
            Map.entry(
                "bitlattice.precisions",
                "{\"encoder.weight\": 32, \"rnn.weight_ih_l0\": 32, \"rnn.weight_hh_l0\": 32, \"rnn.weight_ih_l1\": 32, \"rnn.weight_hh_l1\": 32, \"decoder.weight\": 32}"),
            Map.entry("bitlattice.state-size", "28"),
            Map.entry("bitlattice.unknown-id", "1"),
            Map.entry("bitlattice.vocabulary-sha256", VocabularyFile.sha256(folder.vocabulary())),
            Map.entry("bitlattice.vocabulary-size", "13"));
    ModelProto model = parse(file);
    assertThat(model.getDocString())
        .contains(
            "state, float [N, 28]: zeros before the first word of a sentence",
            "the boundary word, 2, is the first token");
    assertThat(model.getGraph().getInputList())
        .extracting(ValueInfoProto::getName)
        .containsExactly("token", "state");
    assertThat(model.getGraph().getOutputList())
        .extracting(ValueInfoProto::getName)
        .containsExactlyInAnyOrder("log_probability", "next_state");
    for (List<ValueInfoProto> values :
        List.of(model.getGraph().getInputList(), model.getGraph().getOutputList())) {
      assertThat(values).allMatch(value -> !value.getDocString().isEmpty());
    }
    assertThat(exported(folder)).isEqualTo(file);
  }

  @Test
  void onlyOperatorsOfTheStandardSetThirteenAreUsed() throws IOException {
    ModelProto model =
        parse(
            exported(
                folder(
                    PackedModel.fullPrecision(
                        PlainLstm.randomWeights(new LstmArchitecture(13, 5, 7, 2), 1, 7)))));
    assertThat(model.getIrVersion()).isEqualTo(7);
    assertThat(model.getOpsetImportList())
        .singleElement()
        .matches(set -> set.getDomain().isEmpty() && set.getVersion() == 13);
    assertThat(model.getGraph().getNodeList())
        .allMatch(node -> node.getDomain().isEmpty())
        .extracting(NodeProto::getOpType)
        .containsOnly(
            "Split", "Gather", "Gemm", "Sigmoid", "Tanh", "Mul", "Add", "Concat", "LogSoftmax");
  }

  @Test
  void aTiedMatrixIsInTheFileOnce() throws IOException {
    LmWeights weights =
        PlainLstm.randomWeights(new LstmArchitecture(13, 6, 6, 1, Output.TIED), 1, 8);
    ModelProto model = parse(exported(folder(PackedModel.fullPrecision(weights))));
    assertThat(model.getGraph().getInitializerList())
        .extracting(TensorProto::getName)
        .containsExactly(
            "encoder.weight",
            "from_input0_bias",
            "rnn.weight_ih_l0",
            "rnn.weight_hh_l0",
            "logits_bias");
    assertThat(
            model.getGraph().getNodeList().stream()
                .filter(node -> node.getInputList().contains("encoder.weight")))
        .extracting(NodeProto::getOpType)
        .containsExactly("Gather", "Gemm");
  }
}
