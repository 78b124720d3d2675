package org.bitlattice.jobs.prepare;

import java.io.Serializable;

/**
 * One training segment: a row of {@code segments/}.
 *
 * @param shard shard of the training text, counted from 0
 * @param segment place in the shard's token stream, counted from 0
 * @param tokens segment length + 1 token ids: inputs and, one further, their targets
 */
public record SegmentRow(int shard, int segment, int[] tokens) implements Serializable {}
