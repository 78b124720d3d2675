package org.bitlattice.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LatticeSource;
import org.bitlattice.lattice.LinkWords;
import org.bitlattice.lattice.LocalLatticeFiles;
import org.bitlattice.lattice.NBestTsv;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.ReadSettings;
import org.bitlattice.lattice.WordLabels;
import org.bitlattice.lattice.WordSymbols;
import org.bitlattice.text.WordList;

/**
 * The utterances that are rescored: some of the AMI dev set (synthesised speech), in batches as the
 * product makes them.
 *
 * @param batches consecutive utterances, {@value #UTTERANCES_PER_BATCH} each
 * @param words AMI's words
 */
record Workload(List<List<RescoredUtterance>> batches, List<String> words) {
  /** The product's default, {@code lattices.utterances-per-batch}. */
  static final int UTTERANCES_PER_BATCH = 16;

  /** The product's default for lattices without scales, {@code lattices.first-pass}. */
  private static final PathScales FIRST_PASS = new PathScales(1, 10, 0);

  /**
   * Reads whole batches, evenly spread over the set.
   *
   * @param utterances how many at least, as far as the set has them
   */
  static Workload read(int utterances) throws IOException {
    List<NBestTsv.Utterance> lists;
    try (InputStream in = open("ami/lattices/dev.nbest.tsv.gz")) {
      lists = NBestTsv.read(in, "dev.nbest.tsv.gz");
    }
    Map<String, Lattice> lattices = lattices();
    int available = lists.size() / UTTERANCES_PER_BATCH;
    int wanted = (utterances + UTTERANCES_PER_BATCH - 1) / UTTERANCES_PER_BATCH;
    int count = Math.max(1, Math.min(available, wanted));
    List<List<RescoredUtterance>> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = (2 * i + 1) * available / (2 * count) * UTTERANCES_PER_BATCH;
      batches.add(
          lists.subList(first, first + UTTERANCES_PER_BATCH).stream()
              .map(list -> utterance(list, lattices))
              .toList());
    }
    try (InputStream in = open("ami/lm/vocab.txt")) {
      return new Workload(batches, WordList.read(in, "vocab.txt"));
    }
  }

  private static RescoredUtterance utterance(
      NBestTsv.Utterance list, Map<String, Lattice> lattices) {
    Lattice lattice = lattices.get(list.name());
    if (lattice == null) {
      throw new IllegalStateException("there is no lattice of utterance " + list.name());
    }
    return new RescoredUtterance(list.name(), list.paths(), lattice);
  }

  private static Map<String, Lattice> lattices() throws IOException {
    Map<String, Lattice> lattices = new HashMap<>();
    try (InputStream in = open("ami/lattices/words.txt")) {
      ReadSettings settings =
          new ReadSettings(
              WordLabels.DEFAULT, WordSymbols.read(in, "words.txt"), FIRST_PASS, LinkWords.END);
      LatticeSource.open(
              LatticeLocation.parse("ark:" + file("ami/lattices/dev.kaldi.ark")),
              new LocalLatticeFiles(),
              settings)
          .readAll(entry -> lattices.put(entry.utterance(), entry.orThrow()))
          .ifPresent(
              damage -> {
                throw damage;
              });
    }
    return lattices;
  }

  /** A file of the real data, unpacked. */
  static InputStream open(String name) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file(name)), 1 << 16);
    return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /** A file of the real data; the test that asks is skipped where there is none. */
  private static Path file(String name) {
    Path folder = Path.of(System.getProperty("bitlattice.data", "../shared/data"));
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    return folder.resolve(name);
  }

  int utterances() {
    return batches.size() * UTTERANCES_PER_BATCH;
  }

  /** Words and sentence ends of all hypotheses. */
  long hypothesisWords() {
    return batches.stream().flatMap(List::stream).mapToLong(RescoredUtterance::words).sum();
  }

  /** Words and sentence ends when each utterance's hypotheses are padded to the longest. */
  long paddedPositions() {
    return batches.stream()
        .flatMap(List::stream)
        .mapToLong(RescoredUtterance::paddedPositions)
        .sum();
  }
}
