package org.bitlattice.report;

import java.io.Serializable;

/**
 * An utterance that could not be used.
 *
 * @param utterance its id
 * @param file file that holds it
 * @param reason one sentence
 */
public record RejectedRow(String utterance, String file, String reason) implements Serializable {}
