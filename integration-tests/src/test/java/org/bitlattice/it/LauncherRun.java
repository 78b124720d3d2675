package org.bitlattice.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One start of a script in an environment of its own.
 *
 * @param exitCode what the process returned
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
record LauncherRun(int exitCode, String output, String errors) {
  List<String> lines() {
    return output.lines().toList();
  }

  /** The launcher of the distribution. */
  static Builder launcher() {
    return script(Distribution.LAUNCHER);
  }

  static Builder script(Path script) {
    return new Builder(script);
  }

  /** The environment of a run: this process' one without what the launcher listens to. */
  static final class Builder {
    private final Path script;
    private final Map<String, String> environment = new LinkedHashMap<>(System.getenv());
    private Path folder = Path.of("").toAbsolutePath();

    private Builder(Path script) {
      this.script = script;
      environment.keySet().removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR", "SPARK_SUBMIT_OPTS"));
      environment.keySet().removeIf(name -> name.startsWith("BITLATTICE_"));
      environment.remove("TMPDIR");
      environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    Builder with(String name, Object value) {
      environment.put(name, value.toString());
      return this;
    }

    Builder without(String name) {
      environment.remove(name);
      return this;
    }

    Builder in(Path workingFolder) {
      folder = workingFolder;
      return this;
    }

    /** Prints the command instead of starting it. */
    LauncherRun dry(String... arguments) {
      return with("BITLATTICE_DRY_RUN", 1).run(arguments);
    }

    /**
     * Starts the script and kills it as {@code kill -9} does, once a text stands in its messages.
     *
     * @return the run up to there; its exit code is that of a killed process
     */
    LauncherRun killAt(String message, String... arguments) {
      return start(arguments).await(message).kill();
    }

    LauncherRun run(String... arguments) {
      return start(arguments).end();
    }

    /** Starts the script and returns while it runs. */
    RunningLauncher start(String... arguments) {
      List<String> command = new ArrayList<>(List.of(script.toString()));
      command.addAll(Arrays.asList(arguments));
      return RunningLauncher.start(command, folder, environment);
    }
  }
}
