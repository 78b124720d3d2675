package org.bitlattice.sensitivity;

import java.io.Serializable;

/**
 * How much a model suffers from one unit at one precision.
 *
 * @param tensor name of the unit: of a tensor, or of a block of its rows such as {@code
 *     encoder.weight[0:512]}
 * @param bits nominal bits of its weights
 * @param measure what was measured, such as {@value KlSensitivity#MEASURE}
 * @param value the measure; for {@value KlSensitivity#MEASURE} nats per token
 * @param standardError of the value, in its unit; NaN when one sample gives none
 * @param samples number of independent parts that the standard error comes from
 * @param tokens tokens that were measured on
 * @param seconds computing time
 */
public record Sensitivity(
    String tensor,
    int bits,
    String measure,
    double value,
    double standardError,
    long samples,
    long tokens,
    double seconds)
    implements Serializable {}
