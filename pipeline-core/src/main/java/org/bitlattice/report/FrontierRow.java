package org.bitlattice.report;

/**
 * A point of the frontier of a system: no assignment of at most its size has a smaller sum of
 * damages.
 *
 * @param system the system
 * @param source where the damages come from: kl, hessian or search
 * @param axis what size is counted in: bytes or average-bits
 * @param modelBytes bytes of the model file
 * @param averageBits nominal bits of a weight
 * @param damage Σ of the units' sensitivities; for search of −ln of the probabilities
 * @param excess by how much the damage can exceed the least possible one of that size; 0 where the
 *     frontier is exact
 * @param bits the bits of each unit, in file order
 */
public record FrontierRow(
    String system,
    String source,
    String axis,
    long modelBytes,
    double averageBits,
    double damage,
    double excess,
    String bits) {}
