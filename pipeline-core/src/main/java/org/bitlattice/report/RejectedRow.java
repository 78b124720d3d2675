package org.bitlattice.report;

import java.io.Serializable;

/**
 * An utterance that could not be used.
 *
 * @param utterance its id; empty when what is rejected is the unreadable rest of a file
 * @param file file that holds it
 * @param position where in the file: a line, a byte or an entry; empty when unknown
 * @param reason one sentence
 */
public record RejectedRow(String utterance, String file, String position, String reason)
    implements Serializable {}
