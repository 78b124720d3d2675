package org.bitlattice.jobs.job;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Tells people how far a run has come, on standard error: one line that is rewritten on a terminal,
 * a line for each message otherwise.
 */
public final class Progress {
  private final PrintStream out;
  private final boolean terminal;
  private boolean lineOpen;

  private Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Progress on standard error. */
  @SuppressWarnings(
      "SystemConsoleNull") // On Java 17, the only one that runs this, null means no terminal.
  public static Progress onStandardError() {
    return new Progress(System.err, System.console() != null);
  }

  /** Progress on a stream that is not a terminal. */
  public static Progress on(PrintStream out) {
    return new Progress(out, false);
  }

  /** A message that stays. */
  public synchronized void say(String message) {
    closeLine();
    out.println(message);
  }

  /** A message that the next one may replace. */
  public synchronized void update(String message) {
    if (terminal) {
      out.print("\r\u001b[K" + message);
      out.flush();
      lineOpen = true;
    } else {
      out.println(message);
    }
  }

  private void closeLine() {
    if (lineOpen) {
      out.println();
      lineOpen = false;
    }
  }

  /** A duration such as {@code 2 min 05 s}. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (whole < 3600) {
      return "%d min %02d s".formatted(whole / 60, whole % 60);
    }
    return "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
  }
}
