package org.bitlattice.settings;

/**
 * How text is scored.
 *
 * @param batchRows rows of an ONNX Runtime batch
 * @param shards shards of a text
 * @param sentencesPerRound dev sentences whose perplexity is measured after a round
 */
public record EvaluationSettings(int batchRows, int shards, int sentencesPerRound) {}
