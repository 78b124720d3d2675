package org.bitlattice.quant;

/** The set of weights that share one scale α of a quantization table. */
public enum ScaleScope {
  /** One scale for a whole tensor (the paper's "layer"). */
  TENSOR,
  /** One scale for each row of a tensor (the paper's "node"). */
  ROW
}
