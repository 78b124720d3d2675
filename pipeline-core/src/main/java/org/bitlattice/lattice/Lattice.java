package org.bitlattice.lattice;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A directed acyclic graph of scored words: every path from {@link #start()} to {@link #end()} is a
 * possible transcription.
 *
 * <p>Nodes are numbered in topological order, so every arc leads to a node with a larger number;
 * arcs are sorted by the node they leave. Scores are natural logarithms and unscaled; {@link
 * #scales()} are the ones that the file recommends. An arc that carries no word (a boundary, a
 * filler, an empty arc) has the word id −1. Immutable.
 */
public final class Lattice implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String utterance;
  private final PathScales scales;
  private final int start;
  private final int end;
  private final float[] times;
  private final String[] wordTable;
  private final int[] firstArc;
  private final int[] from;
  private final int[] to;
  private final int[] word;
  private final double[] acoustic;
  private final double[] lm;

  /** Takes over a checked, topologically numbered graph; for {@link LatticeBuilder}. */
  Lattice(String utterance, PathScales scales, int start, int end, Nodes nodes, Arcs arcs) {
    this.utterance = utterance;
    this.scales = scales;
    this.start = start;
    this.end = end;
    this.times = nodes.times();
    this.firstArc = nodes.firstArc();
    this.wordTable = arcs.wordTable();
    this.from = arcs.from();
    this.to = arcs.to();
    this.word = arcs.word();
    this.acoustic = arcs.acoustic();
    this.lm = arcs.lm();
  }

  /** The same graph, which shares all arrays, with other recommended scales. */
  Lattice withScales(PathScales recommended) {
    return new Lattice(
        utterance,
        recommended,
        start,
        end,
        new Nodes(times, firstArc),
        new Arcs(wordTable, from, to, word, acoustic, lm));
  }

  record Nodes(float[] times, int[] firstArc) {}

  record Arcs(
      String[] wordTable, int[] from, int[] to, int[] word, double[] acoustic, double[] lm) {}

  /** Name of the utterance. */
  public String utterance() {
    return utterance;
  }

  /** The scales of the file's header; factors of 1 and a word-insertion score of 0 by default. */
  public PathScales scales() {
    return scales;
  }

  /** Number of nodes. */
  public int nodes() {
    return times.length;
  }

  /** Number of arcs. */
  public int arcs() {
    return from.length;
  }

  /** The node where every path starts. */
  public int start() {
    return start;
  }

  /** The node where every path ends. */
  public int end() {
    return end;
  }

  /** Time of a node in seconds, NaN when the file has none. */
  public float time(int node) {
    return times[node];
  }

  /** The first arc that leaves a node; those of node v are [firstArc(v), firstArc(v + 1)). */
  public int firstArc(int node) {
    return firstArc[node];
  }

  /** The node that an arc leaves. */
  public int from(int arc) {
    return from[arc];
  }

  /** The node that an arc enters, larger than {@link #from(int)}. */
  public int to(int arc) {
    return to[arc];
  }

  /** Index of an arc's word in {@link #wordTable()}, or −1 when it carries no word. */
  public int wordId(int arc) {
    return word[arc];
  }

  /** An arc's word, or null when it carries none. */
  public String word(int arc) {
    return word[arc] < 0 ? null : wordTable[word[arc]];
  }

  /** The distinct words of the lattice in the order of their first arc in the file. */
  public List<String> wordTable() {
    return Collections.unmodifiableList(Arrays.asList(wordTable));
  }

  /** Acoustic log likelihood of an arc, natural log, unscaled. */
  public double acousticLn(int arc) {
    return acoustic[arc];
  }

  /** Language-model log probability of an arc, natural log, unscaled. */
  public double lmLn(int arc) {
    return lm[arc];
  }
}
