package org.bitlattice.lm.scoring;

/**
 * A model that differs from a reference in one matrix.
 *
 * @param matrix name of the matrix
 * @param values its values in the other model, row by row; not copied
 */
public record MatrixChange(String matrix, float[] values) {}
