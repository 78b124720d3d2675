package org.bitlattice.report;

import java.io.Serializable;

/**
 * One hypothesis of a lattice with the scores that no network gives.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param utterance its id
 * @param rank place in the first pass, counted from 1
 * @param words words, separated by a space
 * @param acousticLn acoustic score, natural log, unscaled
 * @param firstPassLn LM score of the lattice, natural log, unscaled
 * @param ngramLn natural log of the n-gram model's probability of each word and of the sentence end
 */
public record HypothesisRow(
    int position,
    String utterance,
    int rank,
    String words,
    double acousticLn,
    double firstPassLn,
    float[] ngramLn)
    implements Serializable {}
