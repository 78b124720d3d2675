package org.bitlattice.report;

import java.util.OptionalDouble;

/**
 * A weight matrix, or a block of its rows, in a compressed model.
 *
 * @param name its name, such as {@code decoder.weight[0:256]}
 * @param rows its rows
 * @param columns its columns
 * @param bits its precision
 * @param bytes its codes and scales
 * @param klNats KL divergence from the model in full precision when this unit alone has this
 *     precision, in nats per token; empty where that was not measured
 */
public record CompressedUnit(
    String name, int rows, int columns, int bits, long bytes, OptionalDouble klNats) {}
