package org.bitlattice.quant;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.ModelFiles;

/**
 * What {@code config.json} of a model folder says, without the weights.
 *
 * @param architecture shape of the model
 * @param quantized names of the tensors that are not in full precision
 */
public record ModelOutline(LmArchitecture architecture, List<String> quantized) {
  /** Names of the files of a model folder. */
  public static final List<String> FILES =
      List.of(ModelFolder.CONFIG, ModelFolder.TENSORS, ModelFolder.WORDS);

  /** Name of the file with the words. */
  public static final String VOCABULARY = ModelFolder.WORDS;

  /**
   * Reads an outline.
   *
   * @throws IOException when reading fails
   * @throws IllegalArgumentException naming the file when one of the folder's is missing or the
   *     configuration is damaged
   */
  public static ModelOutline read(ModelFiles files) throws IOException {
    ModelFolder.requireFiles(files);
    ModelConfig config = ModelConfig.read(files);
    List<String> quantized =
        config.stored().entrySet().stream()
            .filter(tensor -> tensor.getValue().quantized())
            .map(Map.Entry::getKey)
            .toList();
    return new ModelOutline(config.architecture(), quantized);
  }
}
