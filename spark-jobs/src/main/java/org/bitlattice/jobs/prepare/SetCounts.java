package org.bitlattice.jobs.prepare;

import java.io.Serializable;

/**
 * What one text holds.
 *
 * @param set {@code train}, {@code dev} or {@code eval}
 * @param sentences lines with at least one word
 * @param emptyLines lines without a word, which were left out
 * @param words words, sentence ends not counted
 * @param unknownWords those of them that the vocabulary does not hold
 * @param types different words, unknown ones included
 */
public record SetCounts(
    String set, long sentences, long emptyLines, long words, long unknownWords, long types)
    implements Serializable {}
