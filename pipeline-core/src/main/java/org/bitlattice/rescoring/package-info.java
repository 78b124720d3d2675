/**
 * Choosing among a first pass's hypotheses with a language model: lattices and n-best lists whose
 * states have one word history ({@link org.bitlattice.rescoring.LatticeExpansion}, {@link
 * org.bitlattice.rescoring.ExpandedLattice}), the histories of many utterances as one tree ({@link
 * org.bitlattice.rescoring.HistoryForest}), lattices with their component scores ({@link
 * org.bitlattice.rescoring.ScoredLattice}), the path score ({@link
 * org.bitlattice.rescoring.ScoreWeights}) and the search of its weights on development data ({@link
 * org.bitlattice.rescoring.WeightSearch}, {@link org.bitlattice.rescoring.ErrorCounts}). All scores
 * are natural logarithms.
 */
package org.bitlattice.rescoring;
