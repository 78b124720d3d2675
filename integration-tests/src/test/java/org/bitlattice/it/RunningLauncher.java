package org.bitlattice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A script that runs: its messages can be waited for, and it can be killed. */
final class RunningLauncher {
  private static final long LIMIT_SECONDS = 600;

  private final List<String> command;
  private final Process process;
  private final Path output;
  private final Path errors;

  private RunningLauncher(List<String> command, Process process, Path output, Path errors) {
    this.command = command;
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  static RunningLauncher start(List<String> command, Path folder, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("launcher", ".out");
      Path errors = Files.createTempFile("launcher", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new RunningLauncher(command, process, output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has written to standard error. */
  String errors() {
    return read(errors);
  }

  /** How often a text stands in its messages. */
  long count(String text) {
    return errors().lines().filter(line -> line.contains(text)).count();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until a text stands in its messages; fails when it ends without it. */
  RunningLauncher await(String message) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!errors().contains(message)) {
      if (!process.isAlive() && !errors().contains(message) || System.nanoTime() > end) {
        throw new AssertionError(
            "\"%s\" was never said; the messages are:%n%s".formatted(message, errors()));
      }
      pause(20);
    }
    return this;
  }

  /** Waits until it ends, but no longer than some time; tells whether it ended. */
  boolean endsWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends it as {@code kill -9} does. */
  LauncherRun kill() {
    process.destroyForcibly();
    return end();
  }

  /** Waits for its end. */
  LauncherRun end() {
    if (!endsWithin(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))) {
      process.destroyForcibly();
      throw new AssertionError(
          "%s ran for more than %d s; the messages are:%n%s"
              .formatted(command, LIMIT_SECONDS, errors()));
    }
    LauncherRun run = new LauncherRun(process.exitValue(), read(output), read(errors));
    try {
      Files.delete(output);
      Files.delete(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return run;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
