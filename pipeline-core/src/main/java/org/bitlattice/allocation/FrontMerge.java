package org.bitlattice.allocation;

import java.util.Arrays;

/**
 * Merges a front, sums of sizes and damages by rising size, with the options of one unit more: as
 * many sorted lists as there are options. Sums come by rising size, then by rising damage, then in
 * the order of options.
 */
final class FrontMerge {
  private final Front before;
  private final long[] costs;
  private final double[] damages;
  private final int[] heads;
  private Growing result = new Growing();

  /** Points by rising cost and falling damage. */
  record Front(long[] cost, double[] damage) {
    /** The front of no unit. */
    static Front empty() {
      return new Front(new long[1], new double[1]);
    }

    int size() {
      return cost.length;
    }
  }

  /** For each point of a front, where it came from: the point before and the unit's option. */
  record Step(int[] parent, byte[] option) {}

  /** Which sums are kept; asked for all of them in order, so it may remember. */
  interface Filter {
    boolean keeps(long cost, double damage);
  }

  /**
   * @param costs size of each option
   * @param damages damage of each option
   */
  FrontMerge(Front before, long[] costs, double[] damages) {
    this.before = before;
    this.costs = costs;
    this.damages = damages;
    this.heads = new int[costs.length];
  }

  /**
   * Merges anew. Where it answers no, front and step are cut off.
   *
   * @param filter a new one for each run
   * @return whether no more points are kept than are allowed
   */
  boolean run(int mostPoints, Filter filter) {
    result = new Growing();
    Arrays.fill(heads, 0);
    for (int option = next(); option >= 0; option = next()) {
      int head = heads[option]++;
      long cost = before.cost()[head] + costs[option];
      double damage = before.damage()[head] + damages[option];
      if (filter.keeps(cost, damage)) {
        if (result.size == mostPoints) {
          return false;
        }
        result.add(cost, damage, head, (byte) option);
      }
    }
    return true;
  }

  /** The option whose head is smallest by cost, then damage, then its place; −1 at the end. */
  private int next() {
    int best = -1;
    long bestCost = 0;
    double bestDamage = 0;
    for (int option = 0; option < heads.length; option++) {
      if (heads[option] == before.size()) {
        continue;
      }
      long cost = before.cost()[heads[option]] + costs[option];
      double damage = before.damage()[heads[option]] + damages[option];
      if (best < 0 || cost < bestCost || (cost == bestCost && damage < bestDamage)) {
        best = option;
        bestCost = cost;
        bestDamage = damage;
      }
    }
    return best;
  }

  Front front() {
    return new Front(
        Arrays.copyOf(result.cost, result.size), Arrays.copyOf(result.damage, result.size));
  }

  Step step() {
    return new Step(
        Arrays.copyOf(result.parent, result.size), Arrays.copyOf(result.option, result.size));
  }

  /** Points in arrays that double when full. */
  private static final class Growing {
    private long[] cost = new long[16];
    private double[] damage = new double[16];
    private int[] parent = new int[16];
    private byte[] option = new byte[16];
    private int size;

    void add(long newCost, double newDamage, int newParent, byte newOption) {
      if (size == cost.length) {
        cost = Arrays.copyOf(cost, 2 * size);
        damage = Arrays.copyOf(damage, 2 * size);
        parent = Arrays.copyOf(parent, 2 * size);
        option = Arrays.copyOf(option, 2 * size);
      }
      cost[size] = newCost;
      damage[size] = newDamage;
      parent[size] = newParent;
      option[size] = newOption;
      size++;
    }
  }
}
