package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.lattice.LatticeException;

/**
 * Counts what becomes of the lattices of an input: each is done or rejected, and each rejected one
 * is named on the standard error with the reason.
 */
final class LatticeTally {
  private final String input;
  private final double largestFraction;
  private final Set<String> seen = new HashSet<>();
  private long done;
  private long rejected;

  /** What is done with one lattice. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  LatticeTally(String input, double largestFraction) {
    this.input = input;
    this.largestFraction = largestFraction;
  }

  /**
   * Does the work on one lattice; a {@link LatticeException} rejects the lattice.
   *
   * @param position place in the input, may be empty
   */
  void take(String utterance, String position, Work work) {
    try {
      if (!seen.add(utterance)) {
        throw new LatticeException(
            utterance, input, 0, "the input has a lattice of this utterance already");
      }
      work.run();
      done++;
    } catch (LatticeException e) {
      String place = position.isEmpty() ? "" : " (%s)".formatted(position);
      reject("utterance %s%s: %s".formatted(utterance, place, e.getMessage()));
    } catch (IOException e) {
      throw new UserError("cannot write the output: %s".formatted(e.getMessage()), e);
    }
  }

  /** Notes that the rest of the input cannot be read; counts as one more lattice. */
  void damaged(LatticeException reason) {
    reject("the rest of the input: " + reason.getMessage());
  }

  private void reject(String reason) {
    rejected++;
    System.err.println("rejected: " + reason);
  }

  long done() {
    return done;
  }

  /**
   * Prints the counts.
   *
   * @throws UserError when there was no lattice, or more were rejected than allowed
   */
  void finish() {
    long in = done + rejected;
    System.err.printf(
        Locale.ROOT, "%s: in %d = done %d + rejected %d%n", input, in, done, rejected);
    if (in == 0) {
      throw new UserError("%s holds no lattice".formatted(input));
    }
    if (rejected > largestFraction * in) {
      throw new UserError(
          "%d of %d lattices of %s were rejected; allowed is a fraction of %s (--max-rejected-fraction). No output file was written"
              .formatted(rejected, in, input, largestFraction));
    }
  }
}
