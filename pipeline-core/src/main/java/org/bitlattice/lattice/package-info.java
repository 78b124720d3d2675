/**
 * Word lattices of a first recognition pass, and what is taken from them.
 *
 * <p>{@link org.bitlattice.lattice.SlfReader} and {@link org.bitlattice.lattice.SlfArchive} read
 * HTK lattices, {@link org.bitlattice.lattice.NBestTsv} reads n-best tables, {@link
 * org.bitlattice.lattice.NBest} finds the best distinct word sequences of a {@link
 * org.bitlattice.lattice.Lattice}.
 *
 * <p>On lattices work {@link org.bitlattice.lattice.BestPath}, {@link
 * org.bitlattice.lattice.LatticeScores} (forward and backward), {@link
 * org.bitlattice.lattice.PosteriorPruning}, {@link org.bitlattice.lattice.LatticeScaling}, {@link
 * org.bitlattice.lattice.EmptyArcs}, {@link org.bitlattice.lattice.OracleErrors} and {@link
 * org.bitlattice.lattice.LatticeInfo}.
 *
 * <p>All scores are natural logarithms and unscaled.
 */
package org.bitlattice.lattice;
