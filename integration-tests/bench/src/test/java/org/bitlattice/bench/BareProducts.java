package org.bitlattice.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.bitlattice.rescoring.HistoryForest;
import org.bitlattice.text.Vocabulary;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * Nothing but the 8-bit integer products that mode int8 does for each history: the recurrent matrix
 * of both layers, the second layer's input matrix and the output matrix. Always in full batches of
 * {@value #ROWS}; the results are floats that nobody reads.
 */
final class BareProducts implements Rescorer {
  private static final int ROWS = 256;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Vocabulary vocabulary;
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();

  BareProducts(ModelSize size, Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    Random random = new Random(1);
    GraphProto.Builder graph = GraphProto.newBuilder().setName("products");
    scalar(graph, "scale", TensorProto.DataType.FLOAT, new byte[] {0, 0, 0x20, 0x41});
    scalar(graph, "zero", TensorProto.DataType.UINT8, new byte[] {(byte) 128});
    graph.addInput(value("x", TensorProto.DataType.UINT8, size.units()));
    int[] columns = {4 * size.units(), 4 * size.units(), 4 * size.units(), size.words()};
    for (int i = 0; i < columns.length; i++) {
      byte[] codes = new byte[size.units() * columns[i]];
      random.nextBytes(codes);
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName("w" + i)
              .setDataType(TensorProto.DataType.INT8)
              .addDims(size.units())
              .addDims(columns[i])
              .setRawData(UnsafeByteOperations.unsafeWrap(codes)));
      NodeProto.Builder node =
          graph.addNodeBuilder().setOpType("MatMulIntegerToFloat").setDomain("com.microsoft");
      List.of("x", "w" + i, "scale", "scale", "zero").forEach(node::addInput);
      node.addOutput("y" + i);
      graph.addOutput(value("y" + i, TensorProto.DataType.FLOAT, columns[i]));
    }
    ByteBuffer x = ByteBuffer.allocateDirect(ROWS * size.units());
    for (int i = 0; i < x.capacity(); i++) {
      x.put(i, (byte) random.nextInt(256));
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(bytes(graph), options);
      inputs.put(
          "x",
          OnnxTensor.createTensor(
              environment, x, new long[] {ROWS, size.units()}, OnnxJavaType.UINT8));
      for (int i = 0; i < columns.length; i++) {
        ByteBuffer y =
            ByteBuffer.allocateDirect(4 * ROWS * columns[i]).order(ByteOrder.nativeOrder());
        outputs.put(
            "y" + i,
            OnnxTensor.createTensor(environment, y.asFloatBuffer(), new long[] {ROWS, columns[i]}));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not open the products", e);
    }
  }

  private static void scalar(
      GraphProto.Builder graph, String name, TensorProto.DataType type, byte[] value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(UnsafeByteOperations.unsafeWrap(value)));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int columns) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("N");
    shape.addDimBuilder().setDimValue(columns);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  private static byte[] bytes(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** Multiplies as often as the histories of the utterances fill batches; returns nothing. */
  @Override
  public List<float[][]> score(List<RescoredUtterance> utterances) {
    long histories =
        HistoryForest.of(HistoryTreeRescorer.expanded(utterances, vocabulary)).contexts();
    try {
      for (long rows = 0; rows < histories; rows += ROWS) {
        session.run(inputs, outputs).close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not multiply", e);
    }
    return new ArrayList<>();
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not close the products", e);
    }
  }
}
