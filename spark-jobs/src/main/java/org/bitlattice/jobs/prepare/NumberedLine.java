package org.bitlattice.jobs.prepare;

import java.io.Serializable;

/**
 * A line of a file.
 *
 * @param number line number, counted from 1
 * @param bytes its bytes, without the line feed
 */
record NumberedLine(long number, byte[] bytes) implements Serializable {}
