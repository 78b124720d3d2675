package org.bitlattice.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks from which systems the training of others starts. */
final class StartOrder {
  private final SettingsReader reader;
  private final Map<String, SystemSettings> systems = new LinkedHashMap<>();

  StartOrder(SettingsReader reader, List<SystemSettings> systems) {
    this.reader = reader;
    systems.forEach(system -> this.systems.put(system.id(), system));
  }

  /** Leaves a problem for every system that starts from none that trains, or from itself. */
  void check() {
    for (SystemSettings system : systems.values()) {
      if (system.startFrom().isPresent()) {
        check(system);
      }
    }
  }

  private void check(SystemSettings system) {
    String start = system.startFrom().orElseThrow();
    if (!systems.containsKey(start) || !systems.get(start).method().trains()) {
      problem(system, "is \"%s\"".formatted(start));
      return;
    }
    List<String> path = new ArrayList<>(List.of(system.id()));
    Optional<String> next = system.startFrom();
    while (next.isPresent() && systems.containsKey(next.get()) && !path.contains(next.get())) {
      path.add(next.get());
      next = systems.get(next.get()).startFrom();
    }
    if (next.isPresent() && next.get().equals(system.id())) {
      problem(system, "closes the circle %s → %s".formatted(String.join(" → ", path), system.id()));
    }
  }

  private void problem(SystemSettings system, String seen) {
    String others =
        String.join(
            ", ",
            systems.values().stream()
                .filter(other -> other.method().trains() && !other.id().equals(system.id()))
                .map(SystemSettings::id)
                .toList());
    reader
        .section("systems." + system.id())
        .problem(
            "start-from",
            seen,
            "baseline, or a system of method straight-through or admm: " + others);
  }
}
