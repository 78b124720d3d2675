package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * Two systems compared on the same bootstrap draws.
 *
 * @param system interval of the system's word error rate
 * @param difference interval of the system's rate minus the other's
 * @param probabilityOfImprovement share of the draws in which the system has fewer errors
 */
public record BootstrapComparison(
    BootstrapInterval system, BootstrapInterval difference, double probabilityOfImprovement)
    implements Serializable {}
