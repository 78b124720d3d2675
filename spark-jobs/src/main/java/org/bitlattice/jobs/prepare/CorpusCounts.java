package org.bitlattice.jobs.prepare;

import java.io.Serializable;

/**
 * What a prepared corpus holds.
 *
 * @param vocabularyWords size of the vocabulary, its two special words included
 * @param segments training segments
 * @param droppedTokens training targets (words and sentence ends) at the ends of the shards that
 *     fill no segment
 * @param train counts of the training text
 * @param dev counts of the development text
 * @param eval counts of the evaluation text
 */
public record CorpusCounts(
    int vocabularyWords,
    long segments,
    long droppedTokens,
    SetCounts train,
    SetCounts dev,
    SetCounts eval)
    implements Serializable {}
