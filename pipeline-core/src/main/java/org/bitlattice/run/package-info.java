/**
 * What makes a run repeatable: stage records with digests, and named random streams from one seed.
 */
package org.bitlattice.run;
