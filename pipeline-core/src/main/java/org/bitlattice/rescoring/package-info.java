/**
 * Choosing among a first pass's hypotheses with a language model: n-best lists as a tree of word
 * histories ({@link org.bitlattice.rescoring.NBestTree}), hypotheses with their component scores
 * ({@link org.bitlattice.rescoring.ScoredUtterance}), the path score ({@link
 * org.bitlattice.rescoring.ScoreWeights}) and the search of its weights on development data ({@link
 * org.bitlattice.rescoring.WeightSearch}). All scores are natural logarithms.
 */
package org.bitlattice.rescoring;
