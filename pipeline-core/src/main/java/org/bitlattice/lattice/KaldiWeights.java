package org.bitlattice.lattice;

import java.util.Arrays;

/** Weights of arcs or of final states: two costs and, in compact lattices, transition ids. */
final class KaldiWeights {
  private float[] graph = new float[64];
  private float[] acoustic = new float[64];
  private int[] idStart = new int[65];
  private int[] ids = new int[0];
  private int size;

  void add(float graphCost, float acousticCost) {
    if (size == graph.length) {
      graph = Arrays.copyOf(graph, size * 2);
      acoustic = Arrays.copyOf(acoustic, size * 2);
      idStart = Arrays.copyOf(idStart, size * 2 + 1);
    }
    graph[size] = graphCost;
    acoustic[size] = acousticCost;
    idStart[size + 1] = idStart[size];
    size++;
  }

  /** Adds a transition id to the weight added last. */
  void addId(int id) {
    int end = idStart[size];
    if (end == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(64, Math.multiplyExact(end, 2)));
    }
    ids[end] = id;
    idStart[size] = end + 1;
  }

  int size() {
    return size;
  }

  float graph(int i) {
    return graph[i];
  }

  float acoustic(int i) {
    return acoustic[i];
  }

  boolean isPossible(int i) {
    return graph[i] != KaldiLattice.IMPOSSIBLE && acoustic[i] != KaldiLattice.IMPOSSIBLE;
  }

  /** Whether the weight changes nothing: no cost and no transition id. */
  boolean isOne(int i) {
    return graph[i] == 0 && acoustic[i] == 0 && ids(i) == 0;
  }

  /** Number of transition ids. */
  int ids(int i) {
    return idStart[i + 1] - idStart[i];
  }

  int id(int i, int place) {
    return ids[idStart[i] + place];
  }

  /** The same weights in another order. */
  KaldiWeights inOrder(int[] order) {
    KaldiWeights ordered = new KaldiWeights();
    for (int i : order) {
      ordered.add(graph[i], acoustic[i]);
      for (int place = 0; place < ids(i); place++) {
        ordered.addId(id(i, place));
      }
    }
    return ordered;
  }
}
