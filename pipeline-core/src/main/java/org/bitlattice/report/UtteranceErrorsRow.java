package org.bitlattice.report;

import java.io.Serializable;

/**
 * Word errors of one utterance.
 *
 * @param system the system
 * @param set the lattice set
 * @param weights choice of score weights
 * @param utterance id of the utterance
 * @param referenceWords words of the reference
 * @param correct correct words
 * @param substitutions substituted words
 * @param deletions deleted words
 * @param insertions inserted words
 * @param words words of the hypothesis
 */
public record UtteranceErrorsRow(
    String system,
    String set,
    String weights,
    String utterance,
    long referenceWords,
    long correct,
    long substitutions,
    long deletions,
    long insertions,
    String words)
    implements Serializable {}
