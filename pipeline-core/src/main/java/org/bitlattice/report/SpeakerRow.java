package org.bitlattice.report;

import java.io.Serializable;

/**
 * Word errors of one speaker under one system and choice of score weights.
 *
 * @param system the system
 * @param set the lattice set
 * @param weights choice of score weights
 * @param speaker the speaker
 * @param sentences utterances
 * @param wrongSentences utterances with at least one error
 * @param referenceWords words of the references
 * @param correct correct words
 * @param substitutions substituted words
 * @param deletions deleted words
 * @param insertions inserted words
 * @param werPercent word error rate in percent, NaN without reference words
 */
public record SpeakerRow(
    String system,
    String set,
    String weights,
    String speaker,
    int sentences,
    int wrongSentences,
    long referenceWords,
    long correct,
    long substitutions,
    long deletions,
    long insertions,
    double werPercent)
    implements Serializable {}
