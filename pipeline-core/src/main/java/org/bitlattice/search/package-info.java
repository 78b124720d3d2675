/**
 * Differentiable search for the precision of each unit ({@code docs/method.md}, section 6): a
 * super-network whose weight matrices are mixtures of their quantization tables' entries, the
 * gradient of its loss with regard to the mixture's logits, and the states of a search between two
 * rounds.
 */
package org.bitlattice.search;
