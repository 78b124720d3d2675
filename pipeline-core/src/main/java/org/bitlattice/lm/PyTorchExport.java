package org.bitlattice.lm;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.lm.Safetensors.Entry;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyFile;

/**
 * A model's weights as a safetensors file that PyTorch's {@code load_state_dict} takes: single
 * precision, PyTorch's names, shapes and gate order. A tied model's matrix stands under both of its
 * names, since a state dictionary has both. The header's free fields are
 *
 * <pre>
 * format              pt
 * architecture        as in config.json
 * vocabulary-sha256   digest of the vocabulary.txt whose lines are the rows of encoder and decoder
 * </pre>
 */
public final class PyTorchExport {
  /** Field of the header that holds the architecture. */
  static final String ARCHITECTURE = "architecture";

  private PyTorchExport() {}

  /**
   * Writes a file and flushes the stream; closing it is the caller's. The same model gives the same
   * bytes.
   *
   * @param weights the weights that the model computes with
   * @param vocabulary its words
   */
  public static void write(OutputStream out, LmWeights weights, Vocabulary vocabulary)
      throws IOException {
    LstmArchitecture lstm = (LstmArchitecture) weights.architecture();
    List<TensorShape> shapes =
        lstm.with(lstm.vocabularySize(), LstmArchitecture.Output.SEPARATE).tensors();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", "pt");
    metadata.put(ARCHITECTURE, ArchitectureJson.write(lstm));
    metadata.put("vocabulary-sha256", VocabularyFile.sha256(vocabulary));
    List<Entry> entries = shapes.stream().map(PyTorchExport::entry).toList();
    SafetensorsWriter writer = SafetensorsWriter.begin(out, entries, metadata);
    for (TensorShape shape : shapes) {
      boolean output = shape.name().equals(LstmArchitecture.OUTPUT);
      writer.floats(shape.name(), weights.tensor(output ? lstm.outputWeight() : shape.name()));
    }
    writer.finish();
  }

  private static Entry entry(TensorShape shape) {
    return shape.quantizable()
        ? Entry.floats(shape.name(), shape.rows(), shape.columns())
        : Entry.floats(shape.name(), shape.columns());
  }
}
