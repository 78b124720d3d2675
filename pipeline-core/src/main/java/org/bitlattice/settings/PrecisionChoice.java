package org.bitlattice.settings;

import java.util.List;
import java.util.Optional;
import org.bitlattice.allocation.AllocationRules;
import org.bitlattice.allocation.Budget;
import org.bitlattice.quant.Precision;
import org.bitlattice.sensitivity.HessianSensitivity;

/** How the precision of each unit (a weight matrix or a block of its rows) is chosen. */
public sealed interface PrecisionChoice {
  /** Where assignments under a budget come from. */
  enum Source {
    /** The smallest sum of KL sensitivities. */
    KL,
    /** The smallest sum of Hessian sensitivities. */
    HESSIAN,
    /** The most probable precisions of a search. */
    SEARCH,
    /** The same precision everywhere, the largest that fits. */
    UNIFORM
  }

  /** The same precision for every matrix. */
  record Uniform(Precision precision) implements PrecisionChoice {}

  /**
   * As an assignment says that somebody wrote.
   *
   * @param path of its JSON document
   */
  record Given(String path) implements PrecisionChoice {}

  /**
   * Chosen under a size budget.
   *
   * @param sources at least one, in the order of {@link Source}; several only with candidates
   * @param budget the budget
   * @param trace for source Hessian
   * @param rules what may be chosen
   * @param candidates how whole models decide; empty where the source's sum decides
   */
  record Chosen(
      List<Source> sources,
      Budget budget,
      HessianSensitivity.Kind trace,
      AllocationRules rules,
      Optional<Candidates> candidates)
      implements PrecisionChoice {}

  /**
   * Assignments that are tried as whole models.
   *
   * @param count most of them of each source
   * @param sentences dev sentences, evenly spread, that they are measured on
   */
  record Candidates(int count, int sentences) {}

  /** Whether assignments may come from a source. */
  default boolean uses(Source source) {
    return this instanceof Chosen chosen && chosen.sources().contains(source);
  }
}
