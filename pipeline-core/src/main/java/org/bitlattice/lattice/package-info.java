/**
 * Word lattices of a first recognition pass, and what is taken from them.
 *
 * <p>{@link org.bitlattice.lattice.SlfReader} and {@link org.bitlattice.lattice.SlfArchive} read
 * HTK lattices, {@link org.bitlattice.lattice.NBestTsv} reads n-best tables, {@link
 * org.bitlattice.lattice.NBest} finds the best distinct word sequences of a {@link
 * org.bitlattice.lattice.Lattice}. All scores are natural logarithms and unscaled.
 */
package org.bitlattice.lattice;
