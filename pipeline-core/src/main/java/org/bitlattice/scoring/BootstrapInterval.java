package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * A 95 % interval, in percent of the reference words.
 *
 * @param lowPercent its lower end
 * @param highPercent its upper end
 */
public record BootstrapInterval(double lowPercent, double highPercent) implements Serializable {}
