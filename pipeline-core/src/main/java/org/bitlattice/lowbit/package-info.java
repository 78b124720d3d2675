/**
 * The ways from a trained language model to a low-bit one: table fits after training, and the
 * alternating direction method of multipliers ({@code docs/method.md}, section 3).
 */
package org.bitlattice.lowbit;
