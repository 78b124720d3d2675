package org.bitlattice.it;

import java.io.IOException;
import java.nio.file.Path;

/** Runs command lines of documents and examples, with their folders put into a scratch folder. */
final class ScheduledExamples {
  private ScheduledExamples() {}

  /**
   * Runs a command line as a shell does, with the launcher of a batch, and returns its exit code.
   */
  static int run(String commandLine, ScheduledBatch batch, Path scratch)
      throws IOException, InterruptedException {
    String here =
        commandLine
            .replace("/opt/bitlattice/bin/schedule/bitlattice-scheduled", "bitlattice-scheduled")
            .replace(
                "bitlattice-scheduled ",
                "%s --bitlattice %s ".formatted(ScheduledBatch.SCRIPT, batch.launcherScript()))
            .replace("/srv/", scratch + "/")
            .replace("%S/", scratch + "/");
    return new ProcessBuilder("bash", "-c", here)
        .directory(scratch.toFile())
        .inheritIO()
        .start()
        .waitFor();
  }
}
