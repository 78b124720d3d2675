package org.bitlattice.lattice;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Where the real data lies; a test that asks for a file that is absent is skipped. */
final class AmiData {
  /** The decoder's scales, as the data's description gives them. */
  static final PathScales DECODER = new PathScales(1, 8, Math.log(0.65));

  private AmiData() {}

  static Path file(String name) {
    Path folder = Path.of(System.getProperty("bitlattice.data", "../shared/data"));
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    return folder.resolve(name);
  }

  static InputStream open(String name) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file(name)), 1 << 16);
    return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }
}
