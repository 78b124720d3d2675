package org.bitlattice.lm.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/** Builds an ONNX model node by node: a thin layer over the protobuf classes. */
final class OnnxModel {
  /** IR 7 and operator set 13 belong together (ONNX 1.8); the classes here write both. */
  private static final int IR_VERSION = 7;

  private static final int OPERATOR_SET = 13;

  /** Protobuf messages, and byte buffers, hold fewer than 2 GiB. */
  private static final long MAX_WEIGHT_BYTES = 2_000_000_000L;

  private final GraphProto.Builder graph;
  private long weightBytes;

  OnnxModel(String name) {
    this.graph = GraphProto.newBuilder().setName(name);
  }

  /** Declares an input; a dimension is a number, or a name when it may vary. */
  void input(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  /** Declares an output. */
  void output(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  /** Adds a constant of the given shape. */
  String constant(String name, float[] values, long... shape) {
    weightBytes += 4L * values.length;
    if (weightBytes > MAX_WEIGHT_BYTES) {
      throw new IllegalArgumentException(
          ("a model with more than %d bytes of weights cannot be scored: an ONNX model in one part"
                  + " holds less than 2 GiB")
              .formatted(MAX_WEIGHT_BYTES));
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    ByteString raw = UnsafeByteOperations.unsafeWrap(bytes);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT)
            .setRawData(raw);
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds a node with one output, which gets the given name and is returned. */
  String node(String operator, String output, String... inputs) {
    graph.addNode(operator(operator, inputs).addOutput(output));
    return output;
  }

  /** Adds a node with one output and one integer attribute. */
  String node(String operator, Attribute attribute, String output, String... inputs) {
    graph.addNode(operator(operator, inputs).addOutput(output).addAttribute(attribute.toProto()));
    return output;
  }

  /** Cuts a [N, k·H] tensor into k of shape [N, H]. */
  void split(String input, String... outputs) {
    NodeProto.Builder node =
        operator("Split", input).addAttribute(new Attribute("axis", 1).toProto());
    for (String output : outputs) {
      node.addOutput(output);
    }
    graph.addNode(node);
  }

  /** Sums a [N, V] tensor over V; the axis is an input of this operator, not an attribute. */
  void sumOfRows(String input, String output) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(output + "_axis")
            .setDataType(TensorProto.DataType.INT64)
            .addDims(1)
            .addInt64Data(1));
    graph.addNode(
        operator("ReduceSum", input, output + "_axis")
            .addOutput(output)
            .addAttribute(new Attribute("keepdims", 0).toProto()));
  }

  private NodeProto.Builder operator(String operator, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).setName(operator + "_" + graph.getNodeCount());
    for (String input : inputs) {
      node.addInput(input);
    }
    return node;
  }

  /** An integer attribute of a node. */
  record Attribute(String name, long value) {
    AttributeProto toProto() {
      return AttributeProto.newBuilder()
          .setName(name)
          .setType(AttributeProto.AttributeType.INT)
          .setI(value)
          .build();
    }
  }

  private static ValueInfoProto value(
      String name, TensorProto.DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder builder = shape.addDimBuilder();
      if (dimension instanceof Number number) {
        builder.setDimValue(number.longValue());
      } else {
        builder.setDimParam(dimension.toString());
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** The model in a new direct buffer. */
  ByteBuffer serialize() {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("bitlattice")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setGraph(graph)
            .build();
    ByteBuffer bytes = ByteBuffer.allocateDirect(model.getSerializedSize());
    try {
      CodedOutputStream stream = CodedOutputStream.newInstance(bytes);
      model.writeTo(stream);
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("an ONNX model could not be serialized into memory", e);
    }
    return bytes.flip();
  }
}
