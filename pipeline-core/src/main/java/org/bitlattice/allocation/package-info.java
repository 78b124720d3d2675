/**
 * Which precision every weight matrix gets under a size budget: assignments, budgets, and the exact
 * Pareto frontier of damage against size ({@code docs/method.md}, section 5).
 */
package org.bitlattice.allocation;
