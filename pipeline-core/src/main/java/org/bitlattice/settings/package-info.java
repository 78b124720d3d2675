/**
 * Configuration files (HOCON) turned into records, once, at the edge. All wrong and unknown keys
 * are reported together.
 */
package org.bitlattice.settings;
