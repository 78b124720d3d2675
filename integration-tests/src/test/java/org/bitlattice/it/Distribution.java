package org.bitlattice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The distribution that the build assembled, and the checkout that it came from. */
final class Distribution {
  static final Path HOME = folder("bitlattice.distribution");
  static final Path CHECKOUT = folder("bitlattice.checkout");
  static final Path LAUNCHER = HOME.resolve("bin/bitlattice");
  static final Path SPARK = HOME.resolve("spark");

  private Distribution() {}

  /** The jars of a folder of the distribution, by name. */
  static List<Path> jars(String folder) {
    try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(String property) {
    String value = System.getProperty(property);
    if (value == null || !Files.isDirectory(Path.of(value))) {
      throw new IllegalStateException(
          "%s is %s, which is no folder; run these tests with mvn verify"
              .formatted(property, value));
    }
    return Path.of(value);
  }
}
