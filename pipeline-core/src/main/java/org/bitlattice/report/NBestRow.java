package org.bitlattice.report;

import java.io.Serializable;

/**
 * One word sequence of a rescored lattice, under the system's tuned weights.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param utterance its id
 * @param rank counted from 1
 * @param acousticLn acoustic score, natural log, unscaled
 * @param lmLn interpolated LM score with the sentence end, natural log, unscaled
 * @param pathScoreLn weighted path score
 * @param words its words, separated by a space
 */
public record NBestRow(
    int position,
    String utterance,
    int rank,
    double acousticLn,
    double lmLn,
    double pathScoreLn,
    String words)
    implements Serializable {}
