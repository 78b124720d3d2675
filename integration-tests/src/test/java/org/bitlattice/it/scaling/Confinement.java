package org.bitlattice.it.scaling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where executors and driver compute. All executors share the machine's last processor, each with
 * the same share of it whether there are others or not; everything else has the other processors.
 * So an executor is as fast with another one beside it as alone, and so is the driver. Where that
 * cannot be had, nothing is confined, and {@link #words} say why.
 */
final class Confinement implements AutoCloseable {
  /**
   * Of a processor for an executor: two of them leave a tenth of it to the kernel, so that the
   * second never takes from the first.
   */
  static final double SHARE = 0.45;

  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  private final List<ProcessorShare> executors = new ArrayList<>();
  private final int processors;
  private String obstacle = "";

  private Confinement(int processors) {
    this.processors = processors;
  }

  static Confinement of(int executors) {
    return of(executors, GROUPS, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Makes a group for each executor.
   *
   * @param groups where the machine's control groups are
   * @param processors processors of the machine
   */
  static Confinement of(int executors, Path groups, int processors) {
    Confinement confinement = new Confinement(processors);
    if (processors < 2) {
      confinement.obstacle =
          "there is %d processor; executors and driver need at least 2".formatted(processors);
      return confinement;
    }
    String name = "bitlattice-scaling-" + ProcessHandle.current().pid();
    try {
      for (int executor = 1; executor <= executors; executor++) {
        confinement.executors.add(
            ProcessorShare.of(groups, name + "-" + executor, SHARE, processors - 1));
      }
    } catch (IOException e) {
      confinement.close();
      confinement.obstacle = e.getMessage();
    }
    return confinement;
  }

  /** Share of a processor that each executor has: 1 where it is not confined. */
  double share() {
    return executors.isEmpty() ? 1 : SHARE;
  }

  /** What executors have, in a sentence. */
  String words() {
    return executors.isEmpty()
        ? "Executors are not confined, since " + obstacle + "."
        : String.format(
            Locale.ROOT,
            "Each executor has %s of processor %d, in periods of %d ms; driver and master have the others.",
            SHARE,
            processors - 1,
            ProcessorShare.PERIOD_MICROS / 1000);
  }

  /** The command of an executor's worker, counted from 1. */
  List<String> executor(int number, List<String> command) {
    return executors.isEmpty() ? command : executors.get(number - 1).command(command);
  }

  /** The command of anything else. */
  List<String> other(List<String> command) {
    if (executors.isEmpty()) {
      return command;
    }
    List<String> confined =
        new ArrayList<>(List.of("taskset", "--cpu-list", "0-" + (processors - 2)));
    confined.addAll(command);
    return confined;
  }

  /** Removes the groups, whose processes must have ended. */
  @Override
  public void close() {
    try {
      while (!executors.isEmpty()) {
        executors.remove(executors.size() - 1).close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove a control group", e);
    }
  }
}
