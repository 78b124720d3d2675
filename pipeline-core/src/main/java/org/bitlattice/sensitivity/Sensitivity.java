package org.bitlattice.sensitivity;

import java.io.Serializable;

/**
 * How much a model suffers from one tensor at one precision.
 *
 * @param tensor name of the tensor
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
