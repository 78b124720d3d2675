/**
 * What {@code bitlattice compress} adds to an experiment: the split of one text before it, the page
 * behind it, and the copies of model and page that people look for.
 */
package org.bitlattice.jobs.compress;
