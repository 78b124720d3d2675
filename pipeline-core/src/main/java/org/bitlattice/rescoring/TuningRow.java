package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * One evaluation of {@link WeightSearch}.
 *
 * @param languageScale s
 * @param interpolation μ
 * @param wordInsertion p
 * @param errors word errors on the development data
 */
public record TuningRow(
    double languageScale, double interpolation, double wordInsertion, long errors)
    implements Serializable {}
