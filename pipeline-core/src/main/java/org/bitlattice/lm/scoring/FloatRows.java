package org.bitlattice.lm.scoring;

/**
 * Rows of floats of any range, which have no 8-bit codes.
 *
 * @param floats their name
 */
record FloatRows(String floats) implements Activations {
  @Override
  public boolean coded() {
    return false;
  }

  @Override
  public Codes codes() {
    throw new IllegalStateException("the rows %s have no 8-bit codes".formatted(floats));
  }
}
