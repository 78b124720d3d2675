package org.bitlattice.sensitivity;

import java.io.Serializable;

/**
 * By how much a table moves the weights of a unit.
 *
 * @param squared ‖f_n(W_u) − W_u‖²
 * @param seconds computing time, that of the fit included
 */
public record Perturbation(double squared, double seconds) implements Serializable {}
