/**
 * Word error rates as NIST's tools count them: transcript files ({@link
 * org.bitlattice.scoring.TrnFile}), alignments and counts as {@code sclite} ({@link
 * org.bitlattice.scoring.Alignment}, {@link org.bitlattice.scoring.ScoredTranscript}), and the
 * matched-pair significance test of {@code sc_stats} ({@link org.bitlattice.scoring.Mapsswe}).
 */
package org.bitlattice.scoring;
