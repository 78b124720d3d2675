package org.bitlattice.report;

import java.io.Serializable;

/**
 * Size and perplexity of a system's model.
 *
 * @param system the system
 * @param averageBits nominal bits of a quantized weight, on average
 * @param storedBits 8 · bytes of the file / parameters
 * @param modelBytes bytes of the packed weight file
 * @param compressionRatio bytes of the FP32 file / bytes
 * @param devPerplexity perplexity of all dev sentences
 * @param evalPerplexity perplexity of all eval sentences
 * @param devTokens tokens of dev, sentence ends included
 * @param devUnknownTokens those of them that are the unknown word
 * @param evalTokens tokens of eval, sentence ends included
 * @param evalUnknownTokens those of them that are the unknown word
 */
public record ModelRow(
    String system,
    double averageBits,
    double storedBits,
    long modelBytes,
    double compressionRatio,
    double devPerplexity,
    double evalPerplexity,
    long devTokens,
    long devUnknownTokens,
    long evalTokens,
    long evalUnknownTokens)
    implements Serializable {
  /** The same model with perplexities measured in another way. */
  public ModelRow withPerplexities(double dev, double eval) {
    return new ModelRow(
        system,
        averageBits,
        storedBits,
        modelBytes,
        compressionRatio,
        dev,
        eval,
        devTokens,
        devUnknownTokens,
        evalTokens,
        evalUnknownTokens);
  }
}
