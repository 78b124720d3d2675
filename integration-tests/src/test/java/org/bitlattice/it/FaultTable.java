package org.bitlattice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What became of every fault that the tests of this process made: {@code faults.tsv}, one line for
 * each kind of fault and run, and {@code reliability.md}, the table for people. Both are written
 * anew with every line, so that they are there however the tests end.
 */
final class FaultTable {
  private static final List<Line> LINES = new ArrayList<>();

  private FaultTable() {}

  /**
   * Faults of one kind in one run.
   *
   * @param when moment of the run
   * @param where kind of cluster and of storage
   * @param tried how often
   * @param survived how often the run ended as it should, with equal tables
   * @param rows rows against those of the undisturbed run
   */
  record Line(Fault fault, String when, String where, int tried, int survived, Comparison rows) {
    private String lost() {
      return rows.compared() ? Long.toString(rows.lost()) : "";
    }

    private String added() {
      return rows.compared() ? Long.toString(rows.added()) : "";
    }

    private String tsv() {
      return String.join(
          "\t",
          fault.name(),
          when,
          where,
          Integer.toString(tried),
          Integer.toString(survived),
          lost(),
          added());
    }
  }

  /** Adds a line and writes both files. */
  static synchronized void add(Line line) {
    LINES.add(line);
    try {
      Path folder = Files.createDirectories(Path.of(System.getProperty("bitlattice.reliability")));
      List<String> lines = new ArrayList<>();
      lines.add("fault\twhen\twhere\ttried\tsurvived\trows_lost\trows_added");
      LINES.forEach(each -> lines.add(each.tsv()));
      Files.write(folder.resolve("faults.tsv"), lines);
      Files.writeString(folder.resolve("reliability.md"), page(LINES, Build.described()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table for people: one row for each kind of fault and place, in the order of faults. */
  static String page(List<Line> lines, String build) {
    Map<String, List<Line>> rows = new TreeMap<>();
    for (Line line : lines) {
      String key = "%02d %s\t%s".formatted(line.fault().ordinal(), line.when(), line.where());
      rows.computeIfAbsent(key, k -> new ArrayList<>()).add(line);
    }
    StringBuilder page = new StringBuilder(build);
    page.append("\n\n| fault | when | where | tried | survived | rows lost | rows added |\n");
    page.append("|---|---|---|---|---|---|---|\n");
    rows.values().forEach(row -> page.append(row(row)));
    return page.toString();
  }

  private static String row(List<Line> lines) {
    Line first = lines.get(0);
    return "| %s | %s | %s | %d | %d | %s | %s |\n"
        .formatted(
            first.fault().words(),
            first.when(),
            first.where(),
            lines.stream().mapToInt(Line::tried).sum(),
            lines.stream().mapToInt(Line::survived).sum(),
            sum(lines, Comparison::lost),
            sum(lines, Comparison::added));
  }

  /** Rows in all runs; – where there is nothing to compare, as when a run is refused. */
  private static String sum(List<Line> lines, ToLongFunction<Comparison> rows) {
    long unknown = lines.stream().filter(line -> !line.rows().compared()).count();
    if (unknown == lines.size()) {
      return "–";
    }
    long sum = lines.stream().map(Line::rows).mapToLong(rows).sum();
    return unknown == 0
        ? Long.toString(sum)
        : "%d, %d run%s unknown".formatted(sum, unknown, unknown == 1 ? "" : "s");
  }

  /** What ran, when and on which kind of machine; no name of a machine. */
  private static final class Build {
    private static String described;

    static String described() throws IOException {
      if (described == null) {
        LauncherRun version = LauncherRun.launcher().run("--version");
        described =
            "%s, %s: %s, %d processors (%s), %d GiB of memory, Java %s."
                .formatted(
                    version.output().strip(),
                    LocalDate.now(ZoneOffset.UTC),
                    System.getProperty("os.name"),
                    Runtime.getRuntime().availableProcessors(),
                    field("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
                    Long.parseLong(field("/proc/meminfo", "MemTotal", "0").replaceAll("[^0-9]", ""))
                        >> 20,
                    System.getProperty("java.version"));
      }
      return described;
    }

    /** The value of the first line {@code name: value}. */
    private static String field(String file, String name, String otherwise) throws IOException {
      Path path = Path.of(file);
      if (!Files.isReadable(path)) {
        return otherwise;
      }
      return Files.readAllLines(path).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    }
  }
}
