package org.bitlattice.report;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The columns of {@link WerRow} that the history keeps. Tables of other versions of Bitlattice have
 * them too.
 *
 * @param system the system
 * @param set the lattice set; empty in an experiment without lattices
 * @param weights choice of score weights; empty in an experiment without lattices
 * @param averageBits nominal bits of a quantized weight, on average
 * @param storedBits 8 · bytes of the file / parameters
 * @param modelBytes bytes of the packed weight file
 * @param compressionRatio bytes of the FP32 file / bytes
 * @param devPerplexity perplexity of the dev text
 * @param evalPerplexity perplexity of the eval text
 * @param referenceWords words of the references
 * @param correct correct words
 * @param substitutions substituted words
 * @param deletions deleted words
 * @param insertions inserted words
 * @param werPercent word error rate in percent; not a number without lattices
 */
public record WerFigures(
    String system,
    String set,
    String weights,
    OptionalDouble averageBits,
    OptionalDouble storedBits,
    OptionalLong modelBytes,
    OptionalDouble compressionRatio,
    OptionalDouble devPerplexity,
    OptionalDouble evalPerplexity,
    long referenceWords,
    long correct,
    long substitutions,
    long deletions,
    long insertions,
    double werPercent) {}
