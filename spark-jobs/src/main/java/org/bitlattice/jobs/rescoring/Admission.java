package org.bitlattice.jobs.rescoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.rescoring.LatticeOutcome.Place;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.LatticeSettings.LatticeSet;

/**
 * Which utterances of a set are rescored and which are rejected. What comes in are the lattices of
 * the set, the references without a lattice, and the unreadable rest of a file where there is one;
 * each is either rescored or rejected.
 *
 * @param set name of the set
 * @param incoming how many there are
 * @param rejected those rejected, by utterance
 * @param unusedPositions positions of lattices that are not rescored
 */
record Admission(
    String set, int incoming, List<RejectedRow> rejected, Set<Integer> unusedPositions) {

  /**
   * Decides.
   *
   * @param places outcomes of all tasks
   * @throws UserError when there is no lattice at all
   */
  static Admission of(LatticeSet set, List<Place> places, TrnFile references) {
    List<Place> lattices =
        places.stream()
            .filter(place -> !place.isDamage())
            .sorted(Comparator.comparingInt(Place::position))
            .toList();
    // Tasks that stream the same file all meet its damage.
    List<Place> damages = places.stream().filter(Place::isDamage).distinct().toList();
    if (lattices.isEmpty() && damages.isEmpty()) {
      throw new UserError("%s holds no lattice".formatted(set.location().path()));
    }
    List<RejectedRow> rejected = new ArrayList<>();
    Set<Integer> unused = new HashSet<>(Set.of(-1));
    Map<String, Place> seen = new HashMap<>();
    for (Place place : lattices) {
      Place earlier = seen.putIfAbsent(place.utterance(), place);
      if (earlier != null || place.isRejected()) {
        unused.add(place.position());
        rejected.add(earlier == null ? place.rejected() : duplicate(place, earlier));
      }
    }
    damages.forEach(damage -> rejected.add(damage.rejected()));
    int missing = addMissing(references, seen.keySet(), damages, rejected);
    rejected.sort(
        Comparator.comparing(RejectedRow::utterance).thenComparing(RejectedRow::position));
    int incoming = lattices.size() + damages.size() + missing;
    return new Admission(set.name(), incoming, List.copyOf(rejected), Set.copyOf(unused));
  }

  private static RejectedRow duplicate(Place place, Place earlier) {
    return new RejectedRow(
        place.utterance(),
        place.file(),
        place.where(),
        "the utterance has a lattice at %s already; every utterance has one"
            .formatted(earlier.where()));
  }

  private static int addMissing(
      TrnFile references, Set<String> seen, List<Place> damages, List<RejectedRow> rejected) {
    String reason =
        damages.isEmpty()
            ? "there is no lattice for this reference"
            : "there is no lattice for this reference before the damage: "
                + damages.get(0).reason();
    int before = rejected.size();
    references
        .utterances()
        .forEach(
            reference -> {
              if (!seen.contains(reference.id())) {
                rejected.add(new RejectedRow(reference.id(), references.location(), "", reason));
              }
            });
    return rejected.size() - before;
  }

  /**
   * @throws UserError when a larger share is rejected than is tolerated
   */
  void check(double maxRejectedFraction) {
    if (rejected.size() > maxRejectedFraction * incoming) {
      RejectedRow first = rejected.get(0);
      throw new UserError(
          "%d utterances of the set %s cannot be used, more than lattices.max-rejected-fraction = %s allows; the first: %s%s"
              .formatted(
                  rejected.size(),
                  set,
                  maxRejectedFraction,
                  first.utterance().isEmpty() ? "" : first.utterance() + ": ",
                  first.reason()));
    }
    if (rejected.size() == incoming) {
      throw new UserError(
          "no utterance of the set %s can be used; the first: %s: %s"
              .formatted(set, rejected.get(0).utterance(), rejected.get(0).reason()));
    }
  }

  /**
   * @param rescored utterances that are rescored
   * @throws IllegalStateException when that and the rejected ones are not all that came in
   */
  void requireAllAccountedFor(int rescored) {
    if (rescored + rejected.size() != incoming) {
      throw new IllegalStateException(
          "%d utterances of the set %s came in, but %d are rescored and %d rejected"
              .formatted(incoming, set, rescored, rejected.size()));
    }
  }
}
