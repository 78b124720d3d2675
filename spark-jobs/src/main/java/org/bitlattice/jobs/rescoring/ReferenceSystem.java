package org.bitlattice.jobs.rescoring;

import java.util.List;
import org.bitlattice.settings.ExperimentSettings;

/** Systems without a network, present in every experiment that has lattices. */
public enum ReferenceSystem {
  /** The lattices' own best paths, by the scales of their headers. */
  FIRST_PASS("first-pass"),
  /** The n-gram model alone, with score weights of its own. */
  NGRAM("ngram");

  private final String id;

  ReferenceSystem(String id) {
    this.id = id;
  }

  /** Name in tables and folders. */
  public String id() {
    return id;
  }

  /** Those of an experiment: without an n-gram model there is no system of it alone. */
  public static List<ReferenceSystem> of(ExperimentSettings settings) {
    return settings.arpa().isPresent() ? List.of(values()) : List.of(FIRST_PASS);
  }

  /** Whether a name is that of a reference system. */
  public static boolean has(String id) {
    for (ReferenceSystem system : values()) {
      if (system.id.equals(id)) {
        return true;
      }
    }
    return false;
  }
}
