package org.bitlattice.lm.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/** Builds an ONNX model node by node: a thin layer over the protobuf classes. */
final class OnnxModel {
  /** IR 7 and operator set 13 belong together (ONNX 1.8); the classes here write both. */
  private static final int IR_VERSION = 7;

  private static final int OPERATOR_SET = 13;

  /** Protobuf messages, and byte buffers, hold fewer than 2 GiB. */
  private static final long MAX_WEIGHT_BYTES = 2_000_000_000L;

  /** Domain of ONNX Runtime's own operators. */
  private static final String MICROSOFT = "com.microsoft";

  private static final int MICROSOFT_OPERATOR_SET = 1;

  private final GraphProto.Builder graph;

  /** Names of constants, and of inputs that stand where a constant could. */
  private final Set<String> names = new HashSet<>();

  private long weightBytes;
  private boolean microsoft;

  OnnxModel(String name) {
    this.graph = GraphProto.newBuilder().setName(name);
  }

  /** Types of constants of one byte a value. */
  enum ByteType {
    SIGNED(TensorProto.DataType.INT8),
    UNSIGNED(TensorProto.DataType.UINT8);

    private final TensorProto.DataType type;

    ByteType(TensorProto.DataType type) {
      this.type = type;
    }
  }

  /** Declares an input; a dimension is a number, or a name when it may vary. */
  void input(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  /** An input of floats; one that has been added under this name stays as it is. */
  String matrixInput(String name, int rows, int columns) {
    if (isNew(name, 0)) {
      input(name, TensorProto.DataType.FLOAT, rows, columns);
    }
    return name;
  }

  /** Declares an output. */
  void output(String name, TensorProto.DataType type, Object... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  /** A constant of floats; one that has been added under this name stays as it is. */
  String constant(String name, float[] values, long... shape) {
    if (isNew(name, 4L * values.length)) {
      ByteBuffer bytes = littleEndian(4 * values.length);
      bytes.asFloatBuffer().put(values);
      add(name, TensorProto.DataType.FLOAT, bytes, shape);
    }
    return name;
  }

  /** A constant of bytes; one that has been added under this name stays as it is. */
  String bytes(String name, ByteType type, byte[] values, long... shape) {
    if (isNew(name, values.length)) {
      add(name, type.type, ByteBuffer.wrap(values), shape);
    }
    return name;
  }

  /** A constant list of whole numbers; one that has been added under this name stays as it is. */
  String integers(String name, long... values) {
    if (isNew(name, 8L * values.length)) {
      ByteBuffer bytes = littleEndian(8 * values.length);
      bytes.asLongBuffer().put(values);
      add(name, TensorProto.DataType.INT64, bytes, values.length);
    }
    return name;
  }

  /** A constant float without dimensions. */
  String scalar(String name, float value) {
    return constant(name, new float[] {value});
  }

  /** A constant unsigned byte without dimensions. */
  String unsignedScalar(String name, int value) {
    return bytes(name, ByteType.UNSIGNED, new byte[] {(byte) value});
  }

  private boolean isNew(String name, long bytes) {
    if (!names.add(name)) {
      return false;
    }
    weightBytes += bytes;
    if (weightBytes > MAX_WEIGHT_BYTES) {
      throw new IllegalArgumentException(
          ("a model with more than %d bytes of weights cannot be scored: an ONNX model in one part"
                  + " holds less than 2 GiB")
              .formatted(MAX_WEIGHT_BYTES));
    }
    return true;
  }

  private void add(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a node with one output, which gets the given name and is returned. */
  String node(String operator, String output, String... inputs) {
    return node(Operator.standard(operator), output, inputs);
  }

  /** Adds a node with one output and one integer attribute. */
  String node(String operator, Attribute attribute, String output, String... inputs) {
    return node(Operator.standard(operator, attribute), output, inputs);
  }

  /** Adds a node with one output; an input that is left out has an empty name. */
  String node(Operator operator, String output, String... inputs) {
    NodeProto.Builder node =
        operator(operator.type(), inputs).setDomain(operator.domain()).addOutput(output);
    operator.attributes().forEach(attribute -> node.addAttribute(attribute.toProto()));
    graph.addNode(node);
    microsoft |= operator.domain().equals(MICROSOFT);
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
    integers(output + "_axis", 1);
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

  /** An operator with its attributes. */
  record Operator(String domain, String type, List<Attribute> attributes) {
    static Operator standard(String type, Attribute... attributes) {
      return new Operator("", type, List.of(attributes));
    }

    /** An operator that ONNX Runtime has beside the standard. */
    static Operator microsoft(String type, Attribute... attributes) {
      return new Operator(MICROSOFT, type, List.of(attributes));
    }
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
    ModelProto.Builder builder =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("bitlattice")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setGraph(graph);
    if (microsoft) {
      builder.addOpsetImport(
          OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(MICROSOFT_OPERATOR_SET));
    }
    ModelProto model = builder.build();
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
