/**
 * How much a language model suffers when one unit (a tensor or a block of its rows) alone drops to
 * few bits and everything else stays in full precision (method section 4): by KL divergence, and by
 * the trace of the unit's block of the Hessian. Measures over one shard of text, their merge, and
 * when there are enough of them.
 */
package org.bitlattice.sensitivity;
