/**
 * Which precision every weight matrix gets under a size budget: assignments, budgets, the Pareto
 * frontier of damage against size, and the exact search for one budget where that is too large
 * ({@code docs/method.md}, section 5).
 */
package org.bitlattice.allocation;
