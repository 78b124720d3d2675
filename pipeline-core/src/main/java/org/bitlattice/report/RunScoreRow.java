package org.bitlattice.report;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Word errors, size and perplexity of one system of a finished run, on one set under one choice of
 * score weights. In an experiment without lattices a system has one row without set and weights.
 *
 * @param run name of the run's folder
 * @param resultDigest see {@link RunKey}
 * @param system the system
 * @param set the lattice set, or empty
 * @param weights choice of score weights, or empty
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
 */
public record RunScoreRow(
    String run,
    String resultDigest,
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
    OptionalDouble werPercent) {

  /** The row of a run's figures. */
  public static RunScoreRow of(RunKey key, WerFigures figures) {
    return new RunScoreRow(
        key.run(),
        key.resultDigest(),
        figures.system(),
        figures.set(),
        figures.weights(),
        figures.averageBits(),
        figures.storedBits(),
        figures.modelBytes(),
        figures.compressionRatio(),
        figures.devPerplexity(),
        figures.evalPerplexity(),
        figures.referenceWords(),
        figures.correct(),
        figures.substitutions(),
        figures.deletions(),
        figures.insertions(),
        Double.isNaN(figures.werPercent())
            ? OptionalDouble.empty()
            : OptionalDouble.of(figures.werPercent()));
  }

  RunKey key() {
    return new RunKey(run, resultDigest);
  }
}
