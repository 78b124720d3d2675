package org.bitlattice.it.scaling;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A fixed share of one processor for a process and all its descendants: a control group of Linux
 * with a quota of processor time, in version 1 or 2, and the affinity to one processor, by {@code
 * taskset}. Two groups on the same processor never compute at the same time, so that neither takes
 * caches, memory or a hyper-thread from the other while it runs: each works as it does alone.
 *
 * <p>The processes of the group must have ended before it is closed.
 */
final class ProcessorShare implements AutoCloseable {
  /**
   * Short against a task, long against filling a cache: 20 ms. (The kernel's own choice, 100 ms,
   * would hold a task of 10 ms up for 60 ms, or not at all.)
   */
  static final long PERIOD_MICROS = 20_000;

  /** The kernel's least quota. */
  static final long LEAST_QUOTA_MICROS = 1000;

  private static final long LAST_END_SECONDS = 10;

  private final Path group;
  private final int processor;

  private ProcessorShare(Path group, int processor) {
    this.group = group;
    this.processor = processor;
  }

  /**
   * Makes a group.
   *
   * @param groups where the machine's control groups are, usually {@code /sys/fs/cgroup}
   * @param name name of the new group
   * @param share share of a processor's time, above 0 and at most 1
   * @param processor number of the processor, from 0
   * @throws IOException in one sentence, when no group with a quota can be made here
   */
  static ProcessorShare of(Path groups, String name, double share, int processor)
      throws IOException {
    long quota = quotaMicros(share);
    try {
      if (Files.exists(groups.resolve("cpu/cpu.cfs_quota_us"))) {
        Path group = Files.createDirectory(groups.resolve("cpu").resolve(name));
        write(group.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_MICROS));
        write(group.resolve("cpu.cfs_quota_us"), String.valueOf(quota));
        return new ProcessorShare(group, processor);
      }
      Path controllers = groups.resolve("cgroup.controllers");
      if (Files.exists(controllers)
          && List.of(Files.readString(controllers).trim().split(" ")).contains("cpu")) {
        write(groups.resolve("cgroup.subtree_control"), "+cpu");
        Path group = Files.createDirectory(groups.resolve(name));
        write(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        return new ProcessorShare(group, processor);
      }
    } catch (IOException e) {
      throw new IOException(
          "no control group with a quota of processor time can be made in %s (%s); that needs the rights of root"
              .formatted(groups, e),
          e);
    }
    throw new IOException(
        "no control group with a quota of processor time can be made: %s has neither cpu/cpu.cfs_quota_us (version 1) nor the controller cpu (version 2)"
            .formatted(groups));
  }

  /**
   * Microseconds of processor time in a period.
   *
   * @throws IllegalArgumentException when the share is not above 0 and at most 1, or too small for
   *     the kernel
   */
  static long quotaMicros(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "a share of %s of a processor; allowed are shares above 0 and up to 1".formatted(share));
    }
    long quota = Math.round(share * PERIOD_MICROS);
    if (quota < LEAST_QUOTA_MICROS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a share of %s of a processor is %d µs in periods of %d µs; Linux allows quotas of %d µs and more",
              share,
              quota,
              PERIOD_MICROS,
              LEAST_QUOTA_MICROS));
    }
    return quota;
  }

  /** The file exists: the kernel made it. */
  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value);
  }

  /** The command that joins the group and then becomes another command, as the same process. */
  List<String> command(List<String> command) {
    List<String> joined =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "echo $$ > \"$0\" && exec \"$@\"",
                group.resolve("cgroup.procs").toString(),
                "taskset",
                "--cpu-list",
                String.valueOf(processor)));
    joined.addAll(command);
    return joined;
  }

  /**
   * Removes the group.
   *
   * @throws IOException when a process is left in it
   */
  @Override
  public void close() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_END_SECONDS);
    while (true) {
      try {
        Files.delete(group);
        return;
      } catch (FileSystemException e) {
        // A process that was killed stays in its group for a moment.
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }
}
