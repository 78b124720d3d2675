package org.bitlattice.settings;

import java.util.List;
import org.bitlattice.quant.Precision;

/**
 * What sensitivities are measured.
 *
 * @param precisions precisions that are probed
 * @param sentences dev sentences that they are measured on
 * @param shards shards of these sentences
 */
public record SensitivitySettings(List<Precision> precisions, int sentences, int shards) {}
