package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.bitlattice.quant.Precision;

/**
 * Choices that differ from a given one in one place or in two, within a limit of size.
 *
 * @param options by choice
 * @param axis what sizes are counted in
 * @param limit most cost
 */
record Swaps(Map<String, List<UnitOption>> options, SizeAxis axis, long limit) {
  /** Another option in one place. */
  private record Move(String place, Precision precision, long cost, double damage) {}

  /** One move or two in different places, with what they add together. */
  private record Swap(List<Move> moves, double damage) {}

  /**
   * The least damaging ones, by rising damage.
   *
   * @param wanted largest number
   * @param known points that are left out
   */
  List<ParetoFrontier.Point> around(
      ParetoFrontier.Point point, int wanted, Collection<ParetoFrontier.Point> known) {
    long room = limit - point.cost();
    // Some may be known, so more are kept than are wanted.
    int kept = wanted + known.size();
    PriorityQueue<Swap> least =
        new PriorityQueue<>(Comparator.comparingDouble(Swap::damage).reversed());
    List<Move> moves = moves(point);
    for (int i = 0; i < moves.size(); i++) {
      Move move = moves.get(i);
      if (move.cost() <= room) {
        keep(least, kept, move.damage(), List.of(move));
      }
      for (int j = i + 1; j < moves.size(); j++) {
        Move other = moves.get(j);
        if (move.cost() + other.cost() <= room && !move.place().equals(other.place())) {
          keep(least, kept, move.damage() + other.damage(), List.of(move, other));
        }
      }
    }
    return least.stream()
        .sorted(Comparator.comparingDouble(Swap::damage))
        .map(swap -> moved(point, swap))
        .filter(moved -> known.stream().noneMatch(k -> k.precisions().equals(moved.precisions())))
        .limit(wanted)
        .toList();
  }

  private static void keep(PriorityQueue<Swap> least, int kept, double damage, List<Move> moves) {
    if (least.size() < kept || damage < least.peek().damage()) {
      least.add(new Swap(moves, damage));
      if (least.size() > kept) {
        least.remove();
      }
    }
  }

  private List<Move> moves(ParetoFrontier.Point point) {
    List<Move> moves = new ArrayList<>();
    options.forEach(
        (place, own) -> {
          UnitOption now = chosen(own, point.precisions().get(place));
          for (UnitOption option : own) {
            if (option.precision() != now.precision()) {
              moves.add(
                  new Move(
                      place,
                      option.precision(),
                      axis.cost(option) - axis.cost(now),
                      option.damage() - now.damage()));
            }
          }
        });
    return moves;
  }

  private static UnitOption chosen(List<UnitOption> options, Precision precision) {
    return options.stream().filter(o -> o.precision() == precision).findFirst().orElseThrow();
  }

  private static ParetoFrontier.Point moved(ParetoFrontier.Point point, Swap swap) {
    Map<String, Precision> precisions = new LinkedHashMap<>(point.precisions());
    long cost = point.cost();
    double damage = point.damage();
    for (Move move : swap.moves()) {
      precisions.put(move.place(), move.precision());
      cost += move.cost();
      damage += move.damage();
    }
    return new ParetoFrontier.Point(cost, damage, precisions);
  }
}
