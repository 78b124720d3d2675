package org.bitlattice.settings;

import java.util.List;
import org.bitlattice.quant.Precision;

/**
 * What sensitivities are measured.
 *
 * @param precisions precisions that are probed
 * @param sentences dev sentences that KL divergences are measured on
 * @param shards shards of the sentences
 * @param hessian how Hessian traces are estimated
 */
public record SensitivitySettings(
    List<Precision> precisions, int sentences, int shards, HessianSettings hessian) {}
