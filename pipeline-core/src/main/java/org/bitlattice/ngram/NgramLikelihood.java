package org.bitlattice.ngram;

import java.io.Serializable;

/**
 * How likely a text is under an n-gram model.
 *
 * @param tokens scored words, sentence ends included
 * @param unknownTokens words outside the vocabulary, whether they were scored or skipped
 * @param negativeLogLikelihood −Σ ln P over the scored words, in nats
 */
public record NgramLikelihood(long tokens, long unknownTokens, double negativeLogLikelihood)
    implements Serializable {
  /** No text at all. */
  public static final NgramLikelihood NONE = new NgramLikelihood(0, 0, 0);

  /** exp(−Σ ln P / tokens); NaN for no text. */
  public double perplexity() {
    return Math.exp(negativeLogLikelihood / tokens);
  }

  /** The likelihood of both texts together. */
  public NgramLikelihood plus(NgramLikelihood other) {
    return new NgramLikelihood(
        tokens + other.tokens,
        unknownTokens + other.unknownTokens,
        negativeLogLikelihood + other.negativeLogLikelihood);
  }
}
