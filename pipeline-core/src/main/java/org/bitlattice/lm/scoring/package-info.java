/**
 * Forward-only use of language models: log probabilities of words in trees of histories, perplexity
 * of running text, and the Kullback-Leibler divergence between two models. The only package that
 * uses ONNX Runtime. A model becomes an ONNX graph for one step (one word for each of a batch of
 * histories), and a tree of histories is evaluated level by level, each history once. Logarithms
 * are natural.
 */
package org.bitlattice.lm.scoring;
