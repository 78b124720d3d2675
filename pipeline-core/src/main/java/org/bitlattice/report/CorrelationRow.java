package org.bitlattice.report;

import java.util.OptionalDouble;

/**
 * How well a source's sums order whole models.
 *
 * @param system the system
 * @param source the source
 * @param candidates number of its candidates
 * @param rankCorrelation Spearman's, of the sums with the KL divergences of the whole models; null
 *     where there are too few candidates or all are equal
 */
public record CorrelationRow(
    String system, String source, int candidates, OptionalDouble rankCorrelation) {}
