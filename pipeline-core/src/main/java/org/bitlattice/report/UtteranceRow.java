package org.bitlattice.report;

import java.io.Serializable;

/**
 * The outcome of an utterance under one choice of score weights.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param utterance its id
 * @param weights name of the choice of weights
 * @param pathScoreLn its weighted path score; NaN for the first pass
 * @param words its words, separated by a space
 */
public record UtteranceRow(
    int position, String utterance, String weights, double pathScoreLn, String words)
    implements Serializable {}
