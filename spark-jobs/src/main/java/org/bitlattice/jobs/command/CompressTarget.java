package org.bitlattice.jobs.command;

import java.math.BigDecimal;
import java.util.List;
import org.bitlattice.allocation.AllocationRules;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.Budget;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.StoredSize;
import picocli.CommandLine.Option;

/** The size that a model is to be compressed to: exactly one of three options. */
final class CompressTarget {
  @Option(
      names = "--target-size",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description =
          "Most bytes of the weight file, such as 12MB, 800kB, 3MiB or 500000 (1 MB is 10^6 bytes, 1 MiB is 2^20).")
  private ByteSize size;

  @Option(
      names = "--ratio",
      paramLabel = "N",
      description = "How many times smaller than in full precision, at least.")
  private BigDecimal ratio;

  @Option(
      names = "--average-bits",
      paramLabel = "N",
      description = "Most bits of a weight, on average over the matrices; scales are not counted.")
  private BigDecimal averageBits;

  /**
   * The budget.
   *
   * @throws UserError when it is no size
   */
  Budget budget() {
    if (size != null) {
      return new Budget.Bytes(size.bytes());
    }
    if (ratio != null) {
      requireRange(ratio.compareTo(BigDecimal.ONE) >= 0, "a number from 1 on");
      return new Budget.Ratio(ratio.doubleValue());
    }
    requireRange(
        averageBits.signum() > 0 && averageBits.compareTo(BigDecimal.valueOf(32)) <= 0,
        "a number up to 32");
    return new Budget.AverageBits(averageBits.doubleValue());
  }

  private void requireRange(boolean within, String allowed) {
    if (!within) {
      throw new UserError("%s is no size; allowed: %s".formatted(written(), allowed));
    }
  }

  /** The option as it was written. */
  String written() {
    if (size != null) {
      return "--target-size " + size.text();
    }
    return ratio != null
        ? "--ratio " + ratio.toPlainString()
        : "--average-bits " + averageBits.toPlainString();
  }

  /**
   * Holds that some choice of precisions reaches the target.
   *
   * @param rules what may be chosen
   * @throws IllegalArgumentException when the rules do not fit the model
   * @throws UserError naming the nearest target that can be reached, in the unit of this one
   */
  void requireReachable(
      ModelUnits units, List<Precision> precisions, ScaleForm scales, AllocationRules rules) {
    Allocator unmeasured = Allocator.unmeasured(units, precisions, scales, rules);
    try {
      unmeasured.requireReachable(budget());
    } catch (IllegalArgumentException e) {
      long smallest = unmeasured.smallest().bytes();
      String advice =
          size == null
              ? ""
              : "; allowed: --target-size %s or more".formatted(size.inSameUnit(smallest));
      throw new UserError("%s: %s%s".formatted(written(), e.getMessage(), advice), e);
    }
  }

  /** Whether the model fits as it is. */
  boolean isMetBy(ModelUnits units) {
    long full = StoredSize.fullPrecisionBytes(units.architecture());
    if (size != null) {
      return size.bytes() >= full;
    }
    return ratio != null
        ? ratio.compareTo(BigDecimal.ONE) <= 0
        : averageBits.compareTo(BigDecimal.valueOf(32)) >= 0;
  }
}
