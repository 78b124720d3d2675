package org.bitlattice.sensitivity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.WeightUnit;

/**
 * Hutchinson's estimator as it goes: which directions come next, and what the samples so far say.
 * Everything follows from the rows of samples, so that sampling that is continued from stored rows
 * goes on as if nothing had happened.
 *
 * <p>Directions come in batches. The first batch also has direction 0 at half of the step. Sampling
 * ends after a batch when the traces are known well enough ({@link TraceStopping}).
 */
public final class TraceSampling {
  private final ModelUnits units;
  private final TraceStopping stopping;
  private final double relativeStep;
  private final List<DirectionSample> rows = new ArrayList<>();

  /**
   * Sampling without a sample yet.
   *
   * @param relativeStep ε‖v‖/‖Θ‖ of the central difference
   */
  public TraceSampling(ModelUnits units, TraceStopping stopping, double relativeStep) {
    this.units = units;
    this.stopping = stopping;
    this.relativeStep = relativeStep;
  }

  /**
   * Adds the samples of whole directions.
   *
   * @param samples a row for each unit and direction, in the order of directions
   * @throws IllegalArgumentException when they do not continue those that are there: a missing or
   *     unknown unit, a direction that is not the next one, another step or another text
   */
  public void add(List<DirectionSample> samples) {
    List<String> names = units.names();
    for (int i = 0; i < samples.size(); i++) {
      DirectionSample row = samples.get(i);
      int place = rows.size() / names.size();
      Direction expected = direction(place, number -> row.seed());
      String unit = names.get(rows.size() % names.size());
      long tokens = rows.isEmpty() ? row.tokens() : rows.get(0).tokens();
      if (!row.unit().equals(unit)
          || row.sample() != expected.sample()
          || row.relativeStep() != expected.relativeStep()
          || row.tokens() != tokens) {
        throw new IllegalArgumentException(
            "a sample of direction %d at the step %s for %s over %d tokens cannot follow; the next is direction %d at %s for %s over %d"
                .formatted(
                    row.sample(),
                    row.relativeStep(),
                    row.unit(),
                    row.tokens(),
                    expected.sample(),
                    expected.relativeStep(),
                    unit,
                    tokens));
      }
      rows.add(row);
    }
  }

  /** Place 0 is direction 0, place 1 direction 0 at half of the step, place p direction p − 1. */
  private Direction direction(int place, IntToLongFunction seeds) {
    int sample = Math.max(0, place - 1);
    double step = place == 1 ? relativeStep / 2 : relativeStep;
    return new Direction(sample, seeds.applyAsLong(sample), step);
  }

  /**
   * The directions of the next batch.
   *
   * @param size directions of a batch, at least 1
   * @param seeds seed of each direction by its number
   * @return fewer at the end of what may be sampled; none when sampling has ended
   */
  public List<Direction> next(int size, IntToLongFunction seeds) {
    List<Direction> next = new ArrayList<>();
    if (ended()) {
      return next;
    }
    int first = rows.size() / units.units().size();
    int end = Math.min(Math.max(1, first) + size, stopping.maximumSamples() + 1);
    for (int place = first; place < end; place++) {
      next.add(direction(place, seeds));
    }
    return next;
  }

  /** Number of directions so far, that at half of the step not counted twice. */
  public int samples() {
    int places = rows.size() / units.units().size();
    return places < 2 ? places : places - 1;
  }

  /** Whether there are as many samples as are wanted. */
  public boolean ended() {
    return samples() > 0 && stopping.ended(traces());
  }

  /** All rows so far. */
  public List<DirectionSample> rows() {
    return List.copyOf(rows);
  }

  /**
   * The estimates so far, in the order of the units.
   *
   * @throws IllegalArgumentException when there is no sample yet
   */
  public List<HessianTrace> traces() {
    if (samples() == 0) {
      throw new IllegalArgumentException("a trace cannot be estimated from no samples");
    }
    Map<String, List<DirectionSample>> byUnit = new LinkedHashMap<>();
    for (DirectionSample row : rows) {
      byUnit.computeIfAbsent(row.unit(), name -> new ArrayList<>()).add(row);
    }
    return units.units().stream().map(unit -> trace(unit, byUnit.get(unit.name()))).toList();
  }

  private HessianTrace trace(WeightUnit unit, List<DirectionSample> own) {
    double[] values =
        own.stream()
            .filter(row -> row.relativeStep() == relativeStep)
            .mapToDouble(DirectionSample::value)
            .toArray();
    double mean = sum(values) / values.length;
    return new HessianTrace(
        unit.name(),
        unit.weights(),
        mean,
        mean / unit.weights(),
        standardError(values, mean),
        values.length,
        own.get(0).tokens(),
        own.size() > 1 ? Math.abs(own.get(0).value() - own.get(1).value()) : Double.NaN,
        sum(own.stream().mapToDouble(DirectionSample::seconds).toArray()));
  }

  /** In order: a stream's sum compensates, and may not have the same bits everywhere. */
  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double standardError(double[] values, double mean) {
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    int n = values.length;
    return n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n);
  }
}
