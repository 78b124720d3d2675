package org.bitlattice.it.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Seconds of processor time as Linux tells them in {@code /proc}, in hundredths. */
final class ProcessorTimes {
  private static final double TICKS_PER_SECOND = 100;

  /** Fields of {@code /proc/PID/stat} behind the name, counted from 0: see proc(5). */
  private static final int CHILDREN_USER = 13;

  private static final int CHILDREN_SYSTEM = 14;

  /** Fields of the first line of {@code /proc/stat} behind its name. */
  private static final int IDLE = 3;

  private static final int WAITING = 4;
  private static final int STOLEN = 7;

  private ProcessorTimes() {}

  /**
   * What the machine's processors did since it started.
   *
   * @param busy seconds of all processors in which they computed
   * @param stolen seconds in which the host of a virtual machine computed something else
   */
  record Machine(double busy, double stolen) {
    static Machine now() throws IOException {
      return parse(Files.readAllLines(Path.of("/proc/stat")).get(0));
    }

    static Machine parse(String line) {
      double[] seconds = seconds(line.replaceFirst("^cpu +", ""));
      double busy = 0;
      for (int i = 0; i < STOLEN; i++) {
        busy += i == IDLE || i == WAITING ? 0 : seconds[i];
      }
      return new Machine(busy, seconds[STOLEN]);
    }

    Machine since(Machine earlier) {
      return new Machine(busy - earlier.busy, stolen - earlier.stolen);
    }
  }

  /** Of all children of a process that have ended, and of theirs. */
  static double endedChildren(long process) throws IOException {
    return endedChildren(Files.readString(Path.of("/proc/" + process + "/stat")));
  }

  /** The name of a process stands in parentheses and may hold anything. */
  static double endedChildren(String stat) {
    double[] seconds =
        seconds(stat.substring(stat.lastIndexOf(')') + 2).replaceFirst("^\\S+", "0"));
    return seconds[CHILDREN_USER] + seconds[CHILDREN_SYSTEM];
  }

  private static double[] seconds(String fields) {
    return Arrays.stream(fields.trim().split(" +"))
        .mapToDouble(field -> Double.parseDouble(field) / TICKS_PER_SECOND)
        .toArray();
  }
}
