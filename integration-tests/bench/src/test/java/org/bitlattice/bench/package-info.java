/**
 * How fast n-best lists are rescored: the history tree against the usual padded batches, on the
 * same weights, words and threads. docs/benchmarks.md has method and results.
 */
package org.bitlattice.bench;
