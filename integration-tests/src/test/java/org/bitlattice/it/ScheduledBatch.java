package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The schedule script of the distribution with a root, a state folder and a launcher that stands in
 * for long runs: it writes down its arguments and then does what it is told.
 */
final class ScheduledBatch {
  static final Path SCRIPT = Distribution.HOME.resolve("bin/schedule/bitlattice-scheduled");

  private static final String LAUNCHER =
      """
      #!/usr/bin/env bash
      set -euo pipefail
      here=$(dirname -- "${BASH_SOURCE[0]}")
      if [ "$1" = history ]; then
        printf '%s\\0' "$@" >"$here/history-arguments"
        cp "$here/../state/status" "$here/history-status" 2>/dev/null || true
        echo 'the history speaks'
        behaviour=0
        [ ! -f "$here/history-behaviour" ] || behaviour=$(<"$here/history-behaviour")
        [ "$behaviour" = hang ] || exit "$behaviour"
        printf '%s\\n' "$$" >"$here/history-begins" && mv "$here/history-begins" "$here/history-hangs"
        while :; do sleep 0.05; done
      fi
      printf '%s\\0' "$@" >"$here/arguments"
      printf '%s\\n' "$$" >>"$here/processes"
      output=''
      for argument in "$@"; do
        case $argument in output=file://*) output=${argument#output=file://} ;; esac
      done
      [ -z "$output" ] || : >"$output/experiment.conf"
      echo 'the launcher speaks'
      case $(<"$here/behaviour") in
        hang) while :; do sleep 0.05; done ;;
        deaf) trap '' TERM && while :; do sleep 0.05; done ;;
        done) [ -z "$output" ] || { mkdir -p "$output/report" && : >"$output/report/stage.json"; } ;;
        *) exit "$(<"$here/behaviour")" ;;
      esac
      """;

  final Path root;
  final Path state;
  private final Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();

  ScheduledBatch(Path scratch) {
    root = scratch.resolve("runs");
    state = scratch.resolve("state");
    folder = scratch.resolve("launcher");
    write(launcherScript(), LAUNCHER);
    executable(launcherScript());
    behave("done");
  }

  /** What the launcher does: {@code done}, {@code hang}, {@code deaf} to TERM, or an exit code. */
  ScheduledBatch behave(String behaviour) {
    write(folder.resolve("behaviour"), behaviour);
    return this;
  }

  /** What the launcher does for a history: {@code hang}, or an exit code. */
  ScheduledBatch history(String behaviour) {
    write(folder.resolve("history-behaviour"), behaviour);
    return this;
  }

  ScheduledBatch with(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** A start that is waited for; the arguments stand before the configuration. */
  LauncherRun start(String... options) {
    return runScript(arguments(List.of(options), List.of("nightly.conf")));
  }

  /** A start that is waited for; the arguments follow the configuration. */
  LauncherRun startWith(String... launcherOptions) {
    List<String> after = new ArrayList<>(List.of("nightly.conf"));
    after.addAll(Arrays.asList(launcherOptions));
    return runScript(arguments(List.of(), after));
  }

  LauncherRun status(String... options) {
    List<String> all = new ArrayList<>(List.of("--status", "--state", state.toString()));
    all.addAll(Arrays.asList(options));
    return runScript(all);
  }

  LauncherRun runScript(List<String> arguments) {
    LauncherRun.Builder builder = LauncherRun.script(SCRIPT).in(root.getParent());
    environment.forEach(builder::with);
    return builder.run(arguments.toArray(String[]::new));
  }

  /** A start that goes on; the launcher is running when this returns. */
  Process startAndLeave(String... options) {
    int before = processes().size();
    Process process = process(options);
    await("the launcher runs", () -> processes().size() > before);
    return process;
  }

  /** A start in a process of its own, without waiting for anything. */
  Process process(String... options) {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(arguments(List.of(options), List.of("nightly.conf")));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> arguments(List<String> options, List<String> experiment) {
    List<String> all = new ArrayList<>(options);
    if (!options.contains("--root")) {
      all.addAll(List.of("--root", root.toString()));
    }
    all.addAll(List.of("--state", state.toString()));
    all.addAll(List.of("--bitlattice", launcherScript().toString()));
    all.addAll(experiment);
    return all;
  }

  /** The launcher that stands in. */
  Path launcherScript() {
    return folder.resolve("bitlattice");
  }

  /** Kills the launcher of the newest start as {@code kill -9} does. */
  void killLauncher() {
    ProcessHandle launcher = launcher();
    launcher.destroyForcibly();
    await("the launcher is gone", () -> !launcher.isAlive());
  }

  ProcessHandle launcher() {
    List<String> processes = processes();
    return ProcessHandle.of(Long.parseLong(processes.get(processes.size() - 1))).orElseThrow();
  }

  /** How often the launcher was started. */
  int launches() {
    return processes().size();
  }

  private List<String> processes() {
    Path file = folder.resolve("processes");
    return Files.exists(file) ? read(file).lines().toList() : List.of();
  }

  /** The arguments of the newest run. */
  List<String> launcherArguments() {
    return arguments("arguments");
  }

  /** The arguments of the newest call of a history. */
  List<String> historyArguments() {
    return arguments("history-arguments");
  }

  /** Whether a history was asked for. */
  boolean hasHistory() {
    return Files.exists(folder.resolve("history-arguments"));
  }

  /** The line for monitors as it was when the newest history began. */
  String statusAtHistory() {
    return read(folder.resolve("history-status"));
  }

  /** The process of a history that hangs, once it does. */
  ProcessHandle hangingHistory() {
    Path file = folder.resolve("history-hangs");
    await("the history hangs", () -> Files.exists(file));
    return ProcessHandle.of(Long.parseLong(read(file).strip())).orElseThrow();
  }

  private List<String> arguments(String file) {
    String all = read(folder.resolve(file));
    return List.of(all.substring(0, all.length() - 1).split("\0", -1));
  }

  /** The dated folders, oldest first. */
  List<Path> runs() {
    return list(root).stream().filter(name -> name.startsWith("2")).map(root::resolve).toList();
  }

  /** The dated folder, of which there must be one. */
  Path run() {
    assertThat(runs()).hasSize(1);
    return runs().get(0);
  }

  Path record(Path run) {
    return state.resolve("runs").resolve(run.getFileName());
  }

  Path log(Path run) {
    return state.resolve("logs").resolve(run.getFileName() + ".log");
  }

  /** The one line for monitors. */
  String statusFile() {
    return read(state.resolve("status"));
  }

  static List<String> list(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void executable(Path file) {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it never came to this: " + what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
