package org.bitlattice.search;

import java.io.Serializable;

/**
 * How probable a search found one precision of one unit.
 *
 * @param beta weight of the size term in that search
 * @param tensor name of the unit: of a tensor, or of a block of its rows such as {@code
 *     encoder.weight[0:512]}
 * @param bits nominal bits of its weights
 * @param probability from 0 to 1; those of a unit add up to 1
 * @param negativeLog −ln of the probability, finite; what an assignment under a budget adds up
 * @param mostProbable whether it is the unit's most probable precision, the first listed of equally
 *     probable ones
 */
public record SearchProbability(
    double beta,
    String tensor,
    int bits,
    double probability,
    double negativeLog,
    boolean mostProbable)
    implements Serializable {}
