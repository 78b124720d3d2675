package org.bitlattice.scoring;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The real AMI transcripts and the figures that NIST's tools give for them. */
final class AmiReferences {
  private AmiReferences() {}

  static Path folder() {
    Path folder = Path.of(System.getProperty("bitlattice.data", "../../shared/data"), "ami");
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    return folder;
  }

  static TrnFile trn(String set, String system) {
    Path file = folder().resolve("references").resolve(set + "." + system + ".trn");
    try (InputStream in = Files.newInputStream(file)) {
      return TrnFile.read(in, file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  static ScoredTranscript scored(String set, String system) {
    return ScoredTranscript.of(trn(set, "ref"), trn(set, system));
  }

  /** The rows of a table of NIST figures without its header, split at tabs. */
  static List<String[]> rows(String table) {
    return lines(table).stream().skip(1).map(line -> line.split("\t")).toList();
  }

  static List<String> lines(String name) {
    Path file = folder().resolve("expected").resolve(name);
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
