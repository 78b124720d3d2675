/**
 * Word error rates as NIST's tools count them: transcript files ({@link
 * org.bitlattice.scoring.TrnFile}), alignments and counts as {@code sclite} ({@link
 * org.bitlattice.scoring.Alignment}, {@link org.bitlattice.scoring.ScoredTranscript}), its tables
 * by speaker and listings of alignments ({@link org.bitlattice.scoring.SpeakerTable}, {@link
 * org.bitlattice.scoring.AlignmentListing}), the matched-pair significance test of {@code sc_stats}
 * ({@link org.bitlattice.scoring.Mapsswe}), the increase of an error rate with its bound ({@link
 * org.bitlattice.scoring.WerIncrease}), and bootstrap intervals ({@link
 * org.bitlattice.scoring.Bootstrap}).
 */
package org.bitlattice.scoring;
