package org.bitlattice.sensitivity;

import java.io.Serializable;

/**
 * A direction to take a sample along.
 *
 * @param sample its number, from 0
 * @param seed of its signs
 * @param relativeStep ε‖v‖/‖Θ‖ of the central difference
 */
public record Direction(int sample, long seed, double relativeStep) implements Serializable {}
