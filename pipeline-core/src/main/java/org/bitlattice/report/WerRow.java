package org.bitlattice.report;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Word errors of one system on one set under one choice of score weights, beside the size and
 * perplexity of its model (absent where it has none).
 *
 * @param system the system
 * @param set the lattice set
 * @param weights choice of score weights: tuned, network-alone or baseline-weights
 * @param inference how the model is run: exact, int8 or compact; absent where there is no network
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
 * @param werPercent word error rate in percent
 * @param bootstrapLowPercent lower end of the rate's 95 % bootstrap interval
 * @param bootstrapHighPercent its upper end
 * @param versus system (and its weights) that this one is compared with
 * @param mapssweZ z of the matched-pair sentence-segment word error test; positive: more errors
 *     than {@code versus}
 * @param mapssweP its two-tailed p
 * @param significant whether p is below the level
 * @param werIncreasePercent word error rate minus that of {@code versus}, absolute percent
 * @param werIncreaseUpper95Percent one-sided upper 95 % bound of the true increase, absolute
 *     percent
 * @param smallestDetectablePercent smallest difference that the test would call significant with
 *     the scatter seen, absolute percent
 * @param bootstrapIncreaseLowPercent lower end of the increase's 95 % bootstrap interval
 * @param bootstrapIncreaseHighPercent its upper end
 * @param probabilityOfImprovement share of the bootstrap draws with fewer errors than {@code
 *     versus}
 * @param lossless whether the system is neither significantly worse than the full-precision
 *     baseline nor possibly worse by more than the margin; absent where it is not compared with
 *     that
 */
public record WerRow(
    String system,
    String set,
    String weights,
    Optional<String> inference,
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
    double werPercent,
    OptionalDouble bootstrapLowPercent,
    OptionalDouble bootstrapHighPercent,
    Optional<String> versus,
    OptionalDouble mapssweZ,
    OptionalDouble mapssweP,
    boolean significant,
    OptionalDouble werIncreasePercent,
    OptionalDouble werIncreaseUpper95Percent,
    OptionalDouble smallestDetectablePercent,
    OptionalDouble bootstrapIncreaseLowPercent,
    OptionalDouble bootstrapIncreaseHighPercent,
    OptionalDouble probabilityOfImprovement,
    Optional<Boolean> lossless) {}
