package org.bitlattice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The least time of several rounds, and where reports of such times go. */
final class LeastSeconds {
  private LeastSeconds() {}

  /** The least of several rounds, after one that is not counted. */
  static double of(int rounds, Runnable work) {
    work.run();
    double least = Double.POSITIVE_INFINITY;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      work.run();
      least = Math.min(least, (System.nanoTime() - start) / 1e9);
    }
    return least;
  }

  /** Prints a report and writes it to the folder of reports. */
  static void write(String benchmark, ModelSize size, List<String> report) throws IOException {
    report.forEach(System.out::println);
    Path folder = Path.of(System.getProperty("bitlattice.bench-report", "target/benchmarks"));
    Files.createDirectories(folder);
    String name = "%s-%s.md".formatted(benchmark, size.name().toLowerCase(Locale.ROOT));
    Files.write(folder.resolve(name), report);
  }
}
