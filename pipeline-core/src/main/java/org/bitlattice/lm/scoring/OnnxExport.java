package org.bitlattice.lm.scoring;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.ValueInfoProto;
import org.bitlattice.lm.ArchitectureJson;
import org.bitlattice.lm.JsonObject;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelSize;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyFile;
import org.nd4j.shade.protobuf.CodedInputStream;

/**
 * A language model as one ONNX file for other programs: one step of a batch of N histories, in
 * operators of the standard set 13 (IR 7, ONNX 1.8; ONNX Runtime from 1.6 on), all FP32. Low-bit
 * weights are expanded, so the file gives the probabilities of the low-bit model and has the size
 * of the full-precision one.
 *
 * <pre>
 * inputs   token            int64 [N]     the last word of each history
 *          state            float [N, S]  zeros before the first word of a sentence, else next_state
 * outputs  log_probability  float [N, V]  ln P of every next word
 *          next_state       float [N, S]
 * </pre>
 *
 * A sentence is scored with the boundary word as first token and as last word predicted. The
 * model's {@code metadata_props} are {@code bitlattice.format-version}, {@code architecture},
 * {@code precisions}, {@code vocabulary-size}, {@code vocabulary-sha256}, {@code boundary-id},
 * {@code unknown-id} and {@code state-size}.
 */
public final class OnnxExport {
  private static final String FORMAT_VERSION = "1";

  private static final String DESCRIPTION =
      """
      One step of a word language model over %d words.
      token, int64 [N]: the last word of each of N histories, a line of vocabulary.txt counted from 0.
      state, float [N, %d]: zeros before the first word of a sentence, afterwards the next_state of the step before.
      log_probability, float [N, %d]: natural logarithm of the probability of every next word.
      A sentence: the boundary word, %d, is the first token and, after the last word, the word to predict. \
      Words outside the vocabulary are the unknown word, %d.
      """;

  private static final Map<String, String> VALUES =
      Map.of(
          StepGraph.TOKEN, "the last word of each history",
          StepGraph.STATE, "zeros before the first word of a sentence, else the last next_state",
          StepGraph.LOG_PROBABILITY, "natural logarithm of the probability of every next word",
          StepGraph.NEXT_STATE, "the state after token");

  private OnnxExport() {}

  /**
   * Writes a model and flushes the stream; closing it is the caller's. The same model gives the
   * same bytes.
   *
   * @throws IOException when writing fails
   * @throws IllegalArgumentException when the weights take 2 GB or more, which one file cannot hold
   */
  public static void write(OutputStream out, ModelFolder folder) throws IOException {
    LmWeights weights = folder.model().weights();
    StepGraph graph = StepGraph.of(weights, StepGraph.Outputs.PORTABLE);
    ByteBuffer plain = graph.model();
    ModelProto.Builder model =
        ModelProto.parseFrom(CodedInputStream.newInstance(plain)).toBuilder();
    Vocabulary vocabulary = folder.vocabulary();
    model.setDocString(
        DESCRIPTION.formatted(
            graph.vocabularySize(),
            graph.stateSize(),
            graph.vocabularySize(),
            vocabulary.boundaryId(),
            vocabulary.unknownId()));
    describe(model.getGraphBuilder().getInputBuilderList());
    describe(model.getGraphBuilder().getOutputBuilderList());
    metadata(folder, graph)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder()
                        .setKey("bitlattice." + key)
                        .setValue(value)));
    model.build().writeTo(out);
    out.flush();
  }

  private static void describe(List<ValueInfoProto.Builder> values) {
    values.forEach(value -> value.setDocString(VALUES.get(value.getName())));
  }

  private static Map<String, String> metadata(ModelFolder folder, StepGraph graph) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format-version", FORMAT_VERSION);
    metadata.put("architecture", ArchitectureJson.write(folder.model().architecture()));
    metadata.put("precisions", precisions(folder.model().size()));
    metadata.put("vocabulary-size", Integer.toString(graph.vocabularySize()));
    metadata.put("vocabulary-sha256", VocabularyFile.sha256(folder.vocabulary()));
    metadata.put("boundary-id", Integer.toString(folder.vocabulary().boundaryId()));
    metadata.put("unknown-id", Integer.toString(folder.vocabulary().unknownId()));
    metadata.put("state-size", Integer.toString(graph.stateSize()));
    return metadata;
  }

  /** Bits of each matrix, or block of its rows, before they were expanded, as JSON. */
  private static String precisions(ModelSize size) {
    StringJoiner bits = new StringJoiner(", ", "{", "}");
    for (ModelSize.UnitSize unit : size.units()) {
      if (unit.unit().tensor().quantizable()) {
        bits.add("%s: %d".formatted(JsonObject.quote(unit.unit().name()), unit.precision().bits()));
      }
    }
    return bits.toString();
  }
}
