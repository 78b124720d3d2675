/** Quantization tables, their fit to a tensor, packed codes, packed model files and true sizes. */
package org.bitlattice.quant;
