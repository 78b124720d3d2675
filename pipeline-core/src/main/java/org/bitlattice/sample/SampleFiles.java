package org.bitlattice.sample;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files of a sample go. */
@FunctionalInterface
public interface SampleFiles {
  /**
   * Creates or replaces a file.
   *
   * @param name path below the sample's folder, parts separated by {@code /}
   */
  OutputStream create(String name) throws IOException;

  /** Files in a folder on a local disk, which is made when it is missing. */
  static SampleFiles in(Path folder) {
    return name -> {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return new BufferedOutputStream(Files.newOutputStream(file));
    };
  }
}
