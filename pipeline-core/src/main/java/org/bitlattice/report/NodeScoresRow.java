package org.bitlattice.report;

import java.io.Serializable;

/**
 * One model's scores of an utterance's history tree.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param ln natural log of the model's probability of each tree node's word after its history
 */
public record NodeScoresRow(int position, float[] ln) implements Serializable {}
