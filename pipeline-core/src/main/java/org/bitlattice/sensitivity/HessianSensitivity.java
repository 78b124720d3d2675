package org.bitlattice.sensitivity;

/**
 * The Hessian measure of a unit at a precision (method.md, section 4), from its trace and from
 * ‖f_n(W_u) − W_u‖² of the same table fit that KL probes apply. A negative trace gives a negative
 * value.
 */
public final class HessianSensitivity {
  /** Which trace weighs the perturbation. */
  public enum Kind {
    /**
     * Ω = ½ · Tr(H_u)/|W_u| · ‖f_n(W_u) − W_u‖²: the second-order estimate of the damage in nats
     * per token, if the error has no preferred direction (HAWQ-V2).
     */
    MEAN("hessian-mean"),
    /** Ω = Tr(H_u) · ‖f_n(W_u) − W_u‖², the paper's. It weighs a unit by its size too. */
    TOTAL("hessian-total");

    private final String measure;

    Kind(String measure) {
      this.measure = measure;
    }

    /** Name of the measure in tables. */
    public String measure() {
      return measure;
    }

    private double weight(HessianTrace trace) {
      return this == MEAN ? 0.5 / trace.weights() : 1;
    }
  }

  private HessianSensitivity() {}

  /**
   * The measure of the trace's unit at a precision.
   *
   * @param bits nominal bits of the precision
   * @param perturbation ‖f_n(W_u) − W_u‖² and what it took to compute
   */
  public static Sensitivity of(HessianTrace trace, int bits, Perturbation perturbation, Kind kind) {
    double factor = kind.weight(trace) * perturbation.squared();
    return new Sensitivity(
        trace.unit(),
        bits,
        kind.measure(),
        factor * trace.trace(),
        factor * trace.standardError(),
        trace.samples(),
        trace.tokens(),
        perturbation.seconds());
  }
}
