package org.bitlattice.report;

import java.io.Serializable;

/**
 * What became of one lattice before any network saw it.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param utterance its id
 * @param place where in the file it stands: a line, a byte or an entry
 * @param nodes nodes as read
 * @param arcs arcs as read
 * @param keptArcs arcs after cutting off those with a low posterior; all of them in mode nbest
 * @param expandedStates states after the expansion to word histories
 * @param expandedArcs arcs after it
 * @param treeNodes words that a network has to predict, each after its history
 * @param referenceWords words of the reference
 * @param oracleErrors fewest word errors of any path of the lattice as read
 * @param keptOracleErrors the same over what is rescored
 * @param firstPassWords words of the first pass's best path, separated by a space
 */
public record LatticeRow(
    int position,
    String utterance,
    String place,
    int nodes,
    int arcs,
    int keptArcs,
    int expandedStates,
    int expandedArcs,
    int treeNodes,
    int referenceWords,
    int oracleErrors,
    int keptOracleErrors,
    String firstPassWords)
    implements Serializable {}
