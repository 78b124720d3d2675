/**
 * Training of language models: the only package of the core that knows DL4J and ND4J. It builds the
 * network of an architecture, copies weights both ways, computes losses and gradients at given
 * weights, takes the proximal step of ADMM on a live network, and keeps what a checkpoint needs.
 *
 * <p>Losses are mean natural-log losses (nats) per token everywhere, and gradients are gradients of
 * that mean, so learning rates, clipping and ADMM's γ mean the same for every minibatch shape.
 *
 * <p>Results are bit-equal between runs when ND4J and OpenBLAS run one thread each ({@code
 * OMP_NUM_THREADS=1}), on CPUs of the same instruction set. Parallelism comes from Spark tasks.
 */
package org.bitlattice.lm.training;
