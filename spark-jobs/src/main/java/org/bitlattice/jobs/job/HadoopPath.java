package org.bitlattice.jobs.job;

import org.apache.hadoop.fs.Path;
import org.bitlattice.settings.Secrets;

/**
 * The one door through which a text becomes a path, whether it stands in a configuration, on a
 * command line or in a file that names other files.
 */
public final class HadoopPath {
  private HadoopPath() {}

  /**
   * The path of a text.
   *
   * @throws UserError when it holds credentials, which are not repeated, or is no path
   */
  public static Path of(String text) {
    requireNoCredentials(text);
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new UserError("cannot use the path %s: %s".formatted(text, e.getMessage()), e);
    }
  }

  /**
   * Refuses an address with credentials: paths are written to logs, records and reports.
   *
   * @throws UserError that does not repeat them
   */
  public static void requireNoCredentials(String text) {
    if (Secrets.standIn(text)) {
      throw new UserError(
          "%s holds credentials, which would be written to logs and records; give the address without them, and the credentials as docs/cluster.md says"
              .formatted(Secrets.hidden(text)));
    }
  }
}
