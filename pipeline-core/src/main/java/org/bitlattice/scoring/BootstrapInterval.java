package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * A two-sided 95 % interval of a word error rate or of the difference of two, in percent of the
 * reference words.
 *
 * @param lowPercent its lower end
 * @param highPercent its upper end
 */
public record BootstrapInterval(double lowPercent, double highPercent) implements Serializable {}
