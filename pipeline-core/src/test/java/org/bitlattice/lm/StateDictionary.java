package org.bitlattice.lm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A safetensors file as Python would write it, made without the code under test: tensors may be
 * added, taken away, misshapen, or of any type.
 */
final class StateDictionary {
  /** A tensor with the bytes of its data. */
  private record Tensor(String type, String shape, byte[] data) {}

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private String metadata = "";

  /** All tensors of a model, under PyTorch's names. */
  static StateDictionary of(LmWeights weights) {
    StateDictionary dictionary = new StateDictionary();
    for (TensorShape shape : weights.architecture().tensors()) {
      String text =
          shape.quantizable()
              ? "[%d,%d]".formatted(shape.rows(), shape.columns())
              : "[%d]".formatted(shape.columns());
      dictionary.put(shape.name(), "F32", text, floats(weights.tensor(shape.name())));
    }
    return dictionary;
  }

  private static byte[] floats(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  StateDictionary put(String name, String type, String shape, byte[] data) {
    tensors.put(name, new Tensor(type, shape, data));
    return this;
  }

  StateDictionary put(String name, String shape, float... values) {
    return put(name, "F32", shape, floats(values));
  }

  StateDictionary without(String... names) {
    List.of(names).forEach(tensors::remove);
    return this;
  }

  StateDictionary named(String from, String to) {
    tensors.put(to, tensors.remove(from));
    return this;
  }

  StateDictionary prefixed(String prefix) {
    for (String name : List.copyOf(tensors.keySet())) {
      named(name, prefix + name);
    }
    return this;
  }

  StateDictionary saying(String key, String value) {
    metadata = "\"__metadata__\":{\"%s\":\"%s\"},".formatted(key, value.replace("\"", "\\\""));
    return this;
  }

  /** The upper halves of single-precision values, which is bfloat16 by truncation. */
  StateDictionary truncated(String name) {
    Tensor tensor = tensors.get(name);
    byte[] halves = new byte[tensor.data.length / 2];
    for (int i = 0; i < halves.length; i += 2) {
      halves[i] = tensor.data[2 * i + 2];
      halves[i + 1] = tensor.data[2 * i + 3];
    }
    return put(name, "BF16", tensor.shape, halves);
  }

  byte[] bytes() {
    List<String> entries = new ArrayList<>();
    int offset = 0;
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      int end = offset + tensor.getValue().data.length;
      entries.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.getKey(), tensor.getValue().type, tensor.getValue().shape, offset, end));
      offset = end;
    }
    byte[] header =
        entries.stream()
            .collect(Collectors.joining(",", "{" + metadata, "}"))
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + offset)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    tensors.values().forEach(tensor -> file.put(tensor.data));
    return file.array();
  }

  PyTorchImport.Imported read(PyTorchImport.Request request) throws IOException {
    return read(bytes(), request);
  }

  static PyTorchImport.Imported read(byte[] file, PyTorchImport.Request request)
      throws IOException {
    return PyTorchImport.read(new ByteArrayInputStream(file), file.length, "lm.st", request);
  }
}
