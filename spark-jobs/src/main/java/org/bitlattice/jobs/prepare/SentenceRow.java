package org.bitlattice.jobs.prepare;

import java.io.Serializable;

/**
 * One held-out sentence: a row of {@code sentences/}.
 *
 * @param set {@value CorpusPreparation#DEV} or {@value CorpusPreparation#EVAL}
 * @param sentence line number in the text file, counted from 1; empty lines have no row
 * @param tokens ids of the words, without boundary words
 */
public record SentenceRow(String set, int sentence, int[] tokens) implements Serializable {}
