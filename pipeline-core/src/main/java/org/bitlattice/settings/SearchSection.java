package org.bitlattice.settings;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bitlattice.quant.Precision;
import org.bitlattice.search.Relaxation;
import org.bitlattice.search.SizeCost;
import org.bitlattice.settings.SearchSettings.Branches;

/** Reads how precisions are searched for, and checks it against the systems. */
final class SearchSection {
  private static final int MANY = 1_000_000;

  private final SettingsReader search;
  private final List<SystemSettings> systems;

  /**
   * @param search reader of the section
   * @param systems all systems of the experiment
   */
  SearchSection(SettingsReader search, List<SystemSettings> systems) {
    this.search = search;
    this.systems = systems;
  }

  /**
   * @param precisions those of {@code search.bits}
   * @param given keys of {@code search.systems}
   */
  SearchSettings read(List<Precision> precisions, List<String> given) {
    Branches branches = search.choice("branches", Branches.class);
    return new SearchSettings(
        precisions,
        branches,
        systems(precisions, given, branches == Branches.ADMM_UNIFORM && !searched().isEmpty()),
        new SearchSettings.Mixing(
            search.choice("relaxation", Relaxation.class),
            search.number("temperature", 1e-6, 1e6),
            search.number("temperature-decay", 1e-6, 1)),
        search.choice("size-cost", SizeCost.class),
        betas(),
        search.integer("rounds", 1, 10_000),
        new SearchSettings.WeightSteps(
            search.integer("weight-averagings", 0, MANY),
            search.number("weight-learning-rate", 1e-9, 10),
            search.number("weight-dropout", 0, 0.99)),
        new SearchSettings.LogitSteps(
            search.integer("logit-steps", 1, MANY),
            search.number("logit-learning-rate", 1e-9, 10),
            search.integer("sentences", 1, Integer.MAX_VALUE),
            search.integer("shards", 1, MANY)));
  }

  private List<SystemSettings> searched() {
    return systems.stream()
        .filter(system -> system.precision().uses(PrecisionChoice.Source.SEARCH))
        .toList();
  }

  private List<Double> betas() {
    String allowed =
        "a list of 1 to %d rising numbers from 0 on".formatted(SearchSettings.MOST_BETAS);
    List<Double> betas = search.numbers("betas", allowed);
    double before = -1;
    for (double beta : betas) {
      if (!(beta >= 0 && beta > before) || Double.isInfinite(beta)) {
        search.problem(
            "betas",
            before < 0 ? "has " + beta : "has %s after %s".formatted(beta, before),
            allowed);
        return List.of(0.0);
      }
      before = beta;
    }
    if (betas.isEmpty() || betas.size() > SearchSettings.MOST_BETAS) {
      search.problem("betas", "has %d numbers".formatted(betas.size()), allowed);
      return List.of(0.0);
    }
    return List.copyOf(betas);
  }

  /** The branch of each precision; problems only where the branches are needed. */
  private Map<Precision, String> systems(
      List<Precision> precisions, List<String> given, boolean needed) {
    Map<Precision, String> branches = new EnumMap<>(Precision.class);
    SettingsReader named = search.section("systems");
    List<String> allowed = precisions.stream().map(p -> String.valueOf(p.bits())).toList();
    for (String bits : new TreeSet<>(given)) {
      named.ignore(bits);
      if (needed && !allowed.contains(bits)) {
        named.problem(
            bits, "is given", "the numbers of search.bits: " + String.join(", ", allowed));
      }
    }
    for (Precision precision : needed ? precisions : List.<Precision>of()) {
      String bits = String.valueOf(precision.bits());
      String system = named.has(bits) ? named.requiredText(bits) : "";
      Optional<String> problem = problem(precision, system);
      if (problem.isPresent()) {
        named.problem(
            bits,
            problem.get(),
            "a system of method ptq, straight-through or admm with precision = uniform and bits = "
                + bits
                + ", with scales and word-blocks of the systems that are searched for, and which"
                + " starts from none of them: "
                + fitting(precision));
      } else {
        branches.put(precision, system);
      }
    }
    return branches;
  }

  private String fitting(Precision precision) {
    return systems.stream()
        .map(SystemSettings::id)
        .filter(id -> problem(precision, id).isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** What is wrong with a system as the branch of a precision. */
  private Optional<String> problem(Precision precision, String id) {
    if (id.isEmpty()) {
      return Optional.of("is missing");
    }
    Optional<SystemSettings> system = named(id);
    if (system.isEmpty()
        || !system.get().precision().equals(new PrecisionChoice.Uniform(precision))) {
      return Optional.of("is \"%s\"".formatted(id));
    }
    for (SystemSettings other : searched()) {
      if (!other.tables().equals(system.get().tables())) {
        return Optional.of("is \"%s\", whose tables are not those of %s".formatted(id, other.id()));
      }
    }
    List<String> path = new ArrayList<>(List.of(id));
    Optional<String> start = system.get().startFrom();
    while (start.isPresent() && !path.contains(start.get())) {
      path.add(start.get());
      Optional<SystemSettings> from = named(start.get());
      if (from.isPresent() && from.get().precision().uses(PrecisionChoice.Source.SEARCH)) {
        return Optional.of("is \"%s\", which starts from %s".formatted(id, from.get().id()));
      }
      start = from.flatMap(SystemSettings::startFrom);
    }
    return Optional.empty();
  }

  private Optional<SystemSettings> named(String id) {
    return systems.stream().filter(system -> system.id().equals(id)).findFirst();
  }
}
