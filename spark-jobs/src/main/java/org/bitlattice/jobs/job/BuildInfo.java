package org.bitlattice.jobs.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build is running.
 *
 * @param version Maven version
 * @param commit abbreviated commit, or {@code unknown}
 */
public record BuildInfo(String version, String commit) {
  /** Reads what the build wrote into the jar. */
  public static BuildInfo read() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("/bitlattice/build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read bitlattice/build.properties", e);
    }
    return new BuildInfo(known(properties, "version"), known(properties, "commit"));
  }

  /** A build outside a git checkout leaves the placeholder of the commit as it is. */
  private static String known(Properties properties, String name) {
    String value = properties.getProperty(name, "");
    return value.isEmpty() || value.startsWith("${") ? "unknown" : value;
  }
}
