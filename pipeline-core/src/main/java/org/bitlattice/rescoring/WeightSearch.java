package org.bitlattice.rescoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Finds the language scale s, interpolation μ and word insertion p with the fewest word errors on
 * development data, over stored component scores: no model is run. Only data and grid decide the
 * outcome.
 *
 * <ol>
 *   <li>All points of the {@link WeightGrid} are evaluated, μ outermost, then s, then p, ascending.
 *   <li>As often as the grid says, the steps are halved, and the up to 5 × 5 × 5 points within two
 *       new steps of the best point so far are evaluated, as far as they lie inside the ranges.
 *       Points seen before are not evaluated again.
 *   <li>The best point is one with the fewest errors. Of several, the middle of the plateau is
 *       taken: the one closest, in grid steps, to their mean; of equally close ones the one
 *       evaluated first.
 * </ol>
 */
public final class WeightSearch {
  private static final int REACH = 2;

  private final WeightGrid grid;
  private final Function<List<ScoreWeights>, long[]> errorsOf;
  private final Map<Point, Long> seen = new HashMap<>();
  private final List<Point> order = new ArrayList<>();

  private WeightSearch(WeightGrid grid, Function<List<ScoreWeights>, long[]> errorsOf) {
    this.grid = grid;
    this.errorsOf = errorsOf;
  }

  /**
   * Searches the grid.
   *
   * @param errorsOf word errors on the development data under each of many weights, such as {@link
   *     ErrorCounts#of} gives; asked once for the grid and once for each refinement
   */
  public static TunedWeights search(
      WeightGrid grid, Function<List<ScoreWeights>, long[]> errorsOf) {
    return new WeightSearch(grid, errorsOf).search();
  }

  private TunedWeights search() {
    int parts = 1 << grid.refinements();
    evaluate(box(grid, null, parts));
    Point best = middleOfBest(order, seen);
    for (int part = parts / 2; part >= 1; part /= 2) {
      evaluate(box(grid, best, part));
      best = middleOfBest(order, seen);
    }
    List<TuningRow> table =
        order.stream().map(point -> row(weights(grid, point), seen.get(point))).toList();
    return new TunedWeights(weights(grid, best), seen.get(best), table, atLimit(grid, best));
  }

  private static TuningRow row(ScoreWeights weights, long errors) {
    return new TuningRow(
        weights.languageScale(), weights.interpolation(), weights.wordInsertion(), errors);
  }

  private void evaluate(List<Point> points) {
    List<Point> fresh = points.stream().filter(point -> !seen.containsKey(point)).toList();
    long[] errors = errorsOf.apply(fresh.stream().map(point -> weights(grid, point)).toList());
    for (int i = 0; i < errors.length; i++) {
      seen.put(fresh.get(i), errors[i]);
      order.add(fresh.get(i));
    }
  }

  /** Points at whole numbers of {@code step}: all of the grid, or those near a centre. */
  private static List<Point> box(WeightGrid grid, Point centre, int step) {
    int parts = 1 << grid.refinements();
    List<Point> points = new ArrayList<>();
    for (int m : axis(grid.interpolation(), parts, centre == null ? -1 : centre.m, step)) {
      for (int s : axis(grid.languageScale(), parts, centre == null ? -1 : centre.s, step)) {
        for (int p : axis(grid.wordInsertion(), parts, centre == null ? -1 : centre.p, step)) {
          points.add(new Point(s, m, p));
        }
      }
    }
    return points;
  }

  private static int[] axis(SearchRange range, int parts, int centre, int step) {
    int last = range.steps() * parts;
    int from = centre < 0 ? 0 : Math.max(0, centre - REACH * step);
    int to = centre < 0 ? last : Math.min(last, centre + REACH * step);
    int[] values = new int[(to - from) / step + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i * step;
    }
    return values;
  }

  private static Point middleOfBest(List<Point> order, Map<Point, Long> seen) {
    long fewest = seen.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    List<Point> plateau = order.stream().filter(point -> seen.get(point) == fewest).toList();
    double s = plateau.stream().mapToInt(Point::s).average().orElseThrow();
    double m = plateau.stream().mapToInt(Point::m).average().orElseThrow();
    double p = plateau.stream().mapToInt(Point::p).average().orElseThrow();
    return plateau.stream()
        .min(Comparator.comparingDouble(point -> point.squareDistance(s, m, p)))
        .orElseThrow();
  }

  private static ScoreWeights weights(WeightGrid grid, Point point) {
    int parts = 1 << grid.refinements();
    return new ScoreWeights(
        grid.acousticScale(),
        grid.languageScale().value(point.s, parts),
        grid.interpolation().value(point.m, parts),
        grid.wordInsertion().value(point.p, parts));
  }

  private static List<String> atLimit(WeightGrid grid, Point point) {
    int parts = 1 << grid.refinements();
    List<String> names = new ArrayList<>();
    if (atLimit(grid.languageScale(), point.s, parts)) {
      names.add("language-scale");
    }
    if (atLimit(grid.wordInsertion(), point.p, parts)) {
      names.add("word-insertion");
    }
    return names;
  }

  private static boolean atLimit(SearchRange range, int at, int parts) {
    return range.steps() > 0 && (at == 0 || at == range.steps() * parts);
  }

  /** A point of the finest grid, in units of the smallest step along each axis from its start. */
  private record Point(int s, int m, int p) {
    double squareDistance(double otherS, double otherM, double otherP) {
      return (s - otherS) * (s - otherS)
          + (m - otherM) * (m - otherM)
          + (p - otherP) * (p - otherP);
    }
  }
}
