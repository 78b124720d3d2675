package org.bitlattice.quant;

import java.io.Serializable;

/**
 * What quantization tables of a model have in common whatever their precisions: which weights share
 * one, and the form of their scales. Sensitivities that are measured with one form serve all
 * systems of that form.
 *
 * @param scales what a scale covers and how it is stored
 * @param words how embedding and output are cut into units
 */
public record TableForm(ScaleForm scales, WordBlocks words) implements Serializable {
  /**
   * A short name, fit for a folder: the scope, then what is not the default, such as {@code row},
   * {@code tensor-fp16} or {@code row-fp16-256-1024}. Different forms have different labels.
   */
  public String label() {
    String format = scales.format() == ScaleFormat.FP32 ? "" : "-" + scales.format().label();
    String blocks = words.bounds().isEmpty() ? "" : "-" + words.label();
    return scales.scope().label() + format + blocks;
  }
}
