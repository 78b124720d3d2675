package org.bitlattice.sensitivity;

import java.io.Serializable;

/**
 * Hutchinson's estimate of Tr(H_u) of one unit: the mean of v_uᵀ(Hv)_u over directions v, with the
 * standard error of that mean. A negative trace is reported as it is: away from a minimum a block
 * of H may curve downwards, and with few directions the estimate may be noise.
 *
 * @param unit name of the unit
 * @param weights number of weights in it
 * @param trace estimate of Tr(H_u), nats per token over squared weight
 * @param meanTrace trace over the number of weights (HAWQ-V2)
 * @param standardError of the trace: the standard deviation of the n samples (with n − 1) over √n;
 *     NaN for a single one
 * @param samples number of directions n
 * @param tokens tokens of the text that every direction was measured on
 * @param halvingChange |a − b|, where a is the sample of the first direction and b that at half of
 *     the step: what the central difference is not exact by, in the unit of the trace
 * @param seconds computing time
 */
public record HessianTrace(
    String unit,
    long weights,
    double trace,
    double meanTrace,
    double standardError,
    long samples,
    long tokens,
    double halvingChange,
    double seconds)
    implements Serializable {}
