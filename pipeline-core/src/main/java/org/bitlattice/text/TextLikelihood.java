package org.bitlattice.text;

import java.io.Serializable;

/**
 * How likely a language model finds a text.
 *
 * @param tokens scored words of the text, sentence ends counted
 * @param unknownTokens words outside the vocabulary, whether they were scored or left out
 * @param negativeLogLikelihood −Σ ln P over the scored words, in nats
 */
public record TextLikelihood(long tokens, long unknownTokens, double negativeLogLikelihood)
    implements Serializable {
  /** The likelihood of an empty text. */
  public static final TextLikelihood EMPTY = new TextLikelihood(0, 0, 0);

  /**
   * exp of the mean negative log likelihood per token.
   *
   * @throws IllegalStateException for a text without tokens
   */
  public double perplexity() {
    if (tokens == 0) {
      throw new IllegalStateException("a text without tokens has no perplexity");
    }
    return Math.exp(negativeLogLikelihood / tokens);
  }

  /** The likelihood of this text followed by another. */
  public TextLikelihood plus(TextLikelihood other) {
    return new TextLikelihood(
        tokens + other.tokens,
        unknownTokens + other.unknownTokens,
        negativeLogLikelihood + other.negativeLogLikelihood);
  }
}
