package org.bitlattice.report;

import java.io.Serializable;

/**
 * Score weights that were tuned on the tuning set.
 *
 * @param weights name of the choice
 * @param acousticScale scale of the acoustic score
 * @param languageScale scale of the LM score
 * @param interpolation weight of the network, 0 to 1
 * @param wordInsertion score added for each word
 * @param tuningErrors word errors on the tuning set
 * @param atLimit weights at a limit of the searched range, separated by commas; a wider range may
 *     do better
 */
public record WeightsRow(
    String weights,
    double acousticScale,
    double languageScale,
    double interpolation,
    double wordInsertion,
    long tuningErrors,
    String atLimit)
    implements Serializable {}
