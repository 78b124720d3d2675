package org.bitlattice.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * The two ONNX models of the padded way. The first takes words, {@code fed} int64 [T, B], through
 * the embedding and one LSTM operator a layer to {@code hidden} float [T·B, H]. The second takes
 * rows of {@code hidden} and {@code predicted} int64 [M, 2], pairs of row and word, to {@code ln}
 * float [M].
 */
final class PaddedGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("padded");

  private PaddedGraph() {}

  /** From words to the last layer's outputs. */
  static byte[] hidden(LmWeights weights) {
    LstmArchitecture lstm = (LstmArchitecture) weights.architecture();
    PaddedGraph model = new PaddedGraph();
    model.graph.addInput(value("fed", TensorProto.DataType.INT64, "T", "B"));
    String embedding =
        model.floats(
            LstmArchitecture.EMBEDDING,
            weights.tensor(LstmArchitecture.EMBEDDING),
            lstm.vocabularySize(),
            lstm.embeddingSize());
    model.node("Gather", "x0", embedding, "fed");
    model.integers("direction_axis", 1);
    for (int layer = 0; layer < lstm.layers(); layer++) {
      model.layer(weights, lstm, layer);
    }
    model.integers("hidden_shape", -1, lstm.hiddenSize());
    model.node("Reshape", "hidden", "x" + lstm.layers(), "hidden_shape");
    model.graph.addOutput(value("hidden", TensorProto.DataType.FLOAT, "P", lstm.hiddenSize()));
    return model.bytes();
  }

  /** From the last layer's outputs to log probabilities of the predicted words. */
  static byte[] output(LmWeights weights) {
    LstmArchitecture lstm = (LstmArchitecture) weights.architecture();
    PaddedGraph model = new PaddedGraph();
    model.graph.addInput(value("hidden", TensorProto.DataType.FLOAT, "N", lstm.hiddenSize()));
    model.graph.addInput(value("predicted", TensorProto.DataType.INT64, "M", 2));
    String weight =
        model.floats(
            LstmArchitecture.OUTPUT,
            weights.tensor(LstmArchitecture.OUTPUT),
            lstm.vocabularySize(),
            lstm.hiddenSize());
    String bias =
        model.floats(
            LstmArchitecture.OUTPUT_BIAS,
            weights.tensor(LstmArchitecture.OUTPUT_BIAS),
            lstm.vocabularySize());
    model.node("Gemm", "logits", "hidden", weight, bias).addAttribute(attribute("transB", 1));
    model.node("LogSoftmax", "log_distribution", "logits").addAttribute(attribute("axis", 1));
    model.node("GatherND", "ln", "log_distribution", "predicted");
    model.graph.addOutput(value("ln", TensorProto.DataType.FLOAT, "M"));
    return model.bytes();
  }

  private void layer(LmWeights weights, LstmArchitecture lstm, int layer) {
    int hidden = lstm.hiddenSize();
    String w = LstmArchitecture.inputWeight(layer);
    String r = LstmArchitecture.recurrentWeight(layer);
    int inputs = lstm.inputSize(layer);
    floats(w, onnxGates(weights.tensor(w), hidden * inputs), 1, 4L * hidden, inputs);
    floats(r, onnxGates(weights.tensor(r), hidden * hidden), 1, 4L * hidden, hidden);
    float[] ofInput = onnxGates(weights.tensor(LstmArchitecture.inputBias(layer)), hidden);
    float[] recurrent = onnxGates(weights.tensor(LstmArchitecture.recurrentBias(layer)), hidden);
    float[] both = new float[8 * hidden];
    System.arraycopy(ofInput, 0, both, 0, ofInput.length);
    System.arraycopy(recurrent, 0, both, ofInput.length, recurrent.length);
    String bias = floats("bias_l" + layer, both, 1, both.length);
    node("LSTM", "y" + layer, "x" + layer, w, r, bias)
        .addAttribute(attribute("hidden_size", hidden));
    node("Squeeze", "x" + (layer + 1), "y" + layer, "direction_axis");
  }

  /** From PyTorch's order of gates (input, forget, cell, output) to ONNX's (i, o, f, c). */
  private static float[] onnxGates(float[] values, int gate) {
    float[] result = new float[values.length];
    int[] from = {0, 3, 1, 2};
    for (int to = 0; to < from.length; to++) {
      System.arraycopy(values, from[to] * gate, result, to * gate, gate);
    }
    return result;
  }

  private NodeProto.Builder node(String operator, String output, String... inputs) {
    NodeProto.Builder node = graph.addNodeBuilder().setOpType(operator).setName(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node.addOutput(output);
  }

  private String floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT)
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    return name;
  }

  private void integers(String name, long... values) {
    TensorProto.Builder tensor =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
  }

  private static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static ValueInfoProto value(
      String name, TensorProto.DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      if (dimension instanceof Number number) {
        shape.addDimBuilder().setDimValue(number.longValue());
      } else {
        shape.addDimBuilder().setDimParam(dimension.toString());
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }
}
