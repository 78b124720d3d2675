package org.bitlattice.report;

import java.io.Serializable;

/**
 * A network's scores of one hypothesis.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param rank place of the hypothesis in the first pass, counted from 1
 * @param networkLn natural log of the network's probability of each word and of the sentence end
 */
public record NetworkScoreRow(int position, int rank, float[] networkLn) implements Serializable {}
