package org.bitlattice.report;

/**
 * Perplexity of a system's model in the mode that it is run in.
 *
 * @param system the system
 * @param inference the mode: int8 or compact
 * @param set the text: dev or eval
 * @param tokens tokens of the text, sentence ends included
 * @param unknownTokens those of them that are the unknown word
 * @param perplexity in this mode
 * @param exactPerplexity in mode exact
 * @param differencePercent how much higher the perplexity is than in mode exact
 */
public record InferenceRow(
    String system,
    String inference,
    String set,
    long tokens,
    long unknownTokens,
    double perplexity,
    double exactPerplexity,
    double differencePercent) {}
