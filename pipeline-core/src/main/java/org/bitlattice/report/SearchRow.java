package org.bitlattice.report;

import java.util.OptionalDouble;

/**
 * One round of a precision search at one weight of its size term.
 *
 * @param beta weight of the size term
 * @param round counted from 1
 * @param trainNats mean training loss per token of the round's weight steps, in nats; null where
 *     weights are not trained
 * @param taskNats mean held-out loss per token of the mixed network in the round's logit steps, in
 *     nats, without the size term
 * @param sizeTerm the size term after the round, at the probabilities, in nats
 * @param entropyNats mean over the units of the entropy of their probabilities, in nats
 * @param expectedBytes mean length of the model file under the probabilities
 * @param temperature temperature of the round
 * @param tokens training and held-out tokens so far
 * @param seconds time of the round's weight steps at this weight, and an equal share of that of the
 *     logit steps, which are taken at all weights together
 */
public record SearchRow(
    double beta,
    int round,
    OptionalDouble trainNats,
    double taskNats,
    double sizeTerm,
    double entropyNats,
    double expectedBytes,
    double temperature,
    long tokens,
    double seconds) {}
