package org.bitlattice.jobs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.jobs.command.BitlatticeCommand;

/**
 * One command line, run in this process as the shell would run it.
 *
 * @param exitCode what the process would return
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int exitCode, String out, String err) {
  /** Runs a command line. */
  public static CommandRun of(String... arguments) {
    return on(2, "", arguments);
  }

  /**
   * Runs a command line on some local cores and kills it, as far as a process can kill itself, when
   * it writes a progress line that contains a text.
   *
   * @param killAt the text; empty for a run that is left alone
   */
  public static CommandRun on(int cores, String killAt, String... arguments) {
    Map<String, String> before =
        set(
            Map.of(
                "spark.master",
                "local[%d]".formatted(cores),
                "spark.ui.enabled",
                "false",
                "spark.sql.shuffle.partitions",
                "2"));
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (PrintStream standard = new PrintStream(captured, true, StandardCharsets.UTF_8);
        PrintStream killing = new Killing(errors, killAt)) {
      System.setOut(standard);
      System.setErr(killing);
      int exitCode = BitlatticeCommand.execute(arguments);
      return new CommandRun(
          exitCode,
          captured.toString(StandardCharsets.UTF_8),
          errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      set(before);
    }
  }

  /** Sets system properties (an empty value removes one) and returns what they were. */
  private static Map<String, String> set(Map<String, String> properties) {
    Map<String, String> before = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          before.put(key, System.getProperty(key, ""));
          if (value.isEmpty()) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, value);
          }
        });
    return before;
  }

  private static final class Killing extends PrintStream {
    private final String killAt;

    Killing(ByteArrayOutputStream out, String killAt) {
      super(out, true, StandardCharsets.UTF_8);
      this.killAt = killAt;
    }

    @Override
    public void println(String line) {
      super.println(line);
      if (!killAt.isEmpty() && line.contains(killAt)) {
        throw new IllegalStateException("killed after: " + line);
      }
    }
  }
}
