package org.bitlattice.settings;

import java.util.List;
import org.bitlattice.quant.Precision;

/**
 * What sensitivities are measured.
 *
 * @param precisions precisions that are probed
 * @param sentences dev sentences that KL divergences are measured on at most
 * @param shards shards of the sentences
 * @param kl when shards of KL divergences are enough
 * @param hessian how Hessian traces are estimated
 */
public record SensitivitySettings(
    List<Precision> precisions,
    int sentences,
    int shards,
    KlSettings kl,
    HessianSettings hessian) {}
