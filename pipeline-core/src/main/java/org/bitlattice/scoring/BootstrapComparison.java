package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * Two systems compared on the same bootstrap draws.
 *
 * @param system interval of the system's word error rate
 * @param difference interval of the system's rate minus the other's: positive when it is worse
 * @param probabilityOfImprovement share of the draws in which the system has fewer errors than the
 *     other; draws with equal errors do not count, so equal systems have 0
 */
public record BootstrapComparison(
    BootstrapInterval system, BootstrapInterval difference, double probabilityOfImprovement)
    implements Serializable {}
