package org.bitlattice.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.NBestTsv;
import org.bitlattice.text.WordList;

/**
 * The utterances that are rescored: some of the AMI dev set in batches as the product makes them.
 *
 * @param batches consecutive utterances, {@value #UTTERANCES_PER_BATCH} each
 * @param words AMI's words
 */
record Workload(List<List<HypothesisList>> batches, List<String> words) {
  /** The product's default, {@code lattices.utterances-per-batch}. */
  static final int UTTERANCES_PER_BATCH = 16;

  /**
   * Reads whole batches, evenly spread over the set.
   *
   * @param utterances how many at least, as far as the set has them
   */
  static Workload read(int utterances) throws IOException {
    List<HypothesisList> all = new ArrayList<>();
    try (InputStream in = open("ami/lattices/dev.nbest.tsv.gz")) {
      NBestTsv.forEach(in, "dev.nbest.tsv.gz", list -> all.add(hypotheses(list)));
    }
    int available = all.size() / UTTERANCES_PER_BATCH;
    int wanted = (utterances + UTTERANCES_PER_BATCH - 1) / UTTERANCES_PER_BATCH;
    int count = Math.max(1, Math.min(available, wanted));
    List<List<HypothesisList>> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = (2 * i + 1) * available / (2 * count) * UTTERANCES_PER_BATCH;
      batches.add(List.copyOf(all.subList(first, first + UTTERANCES_PER_BATCH)));
    }
    try (InputStream in = open("ami/lm/vocab.txt")) {
      return new Workload(batches, WordList.read(in, "vocab.txt"));
    }
  }

  private static HypothesisList hypotheses(NBestTsv.Utterance list) {
    return new HypothesisList(list.name(), list.paths().stream().map(LatticePath::words).toList());
  }

  /** A file of the real data, unpacked; the test that asks is skipped where there is none. */
  static InputStream open(String name) throws IOException {
    Path folder = Path.of(System.getProperty("bitlattice.data", "../shared/data"));
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    InputStream in = new BufferedInputStream(Files.newInputStream(folder.resolve(name)), 1 << 16);
    return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }

  int utterances() {
    return batches.size() * UTTERANCES_PER_BATCH;
  }

  /** Words and sentence ends of all hypotheses. */
  long hypothesisWords() {
    return batches.stream().flatMap(List::stream).mapToLong(HypothesisList::words).sum();
  }
}
