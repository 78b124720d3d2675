package org.bitlattice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bitlattice.lattice.LatticePath;

/** Running text, the AMI dev set, as utterances whose hypotheses are its sentences. */
final class TextWorkload {
  /** Sentences that the padded way puts into one batch, after sorting them by length. */
  private static final int PADDED_SENTENCES = 256;

  private TextWorkload() {}

  /** One batch of all sentences, cut into padded batches of sentences of similar length. */
  static List<List<RescoredUtterance>> together(int sentences) throws IOException {
    List<LatticePath> sorted = new ArrayList<>(read(sentences));
    sorted.sort(Comparator.comparingInt(path -> path.words().size()));
    List<RescoredUtterance> padded = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += PADDED_SENTENCES) {
      int to = Math.min(sorted.size(), from + PADDED_SENTENCES);
      padded.add(new RescoredUtterance("sentences " + from, sorted.subList(from, to), null));
    }
    return List.of(padded);
  }

  /** Every sentence a batch of its own. */
  static List<List<RescoredUtterance>> oneByOne(int sentences) throws IOException {
    List<List<RescoredUtterance>> batches = new ArrayList<>();
    for (LatticePath sentence : read(sentences)) {
      String name = "sentence " + batches.size();
      batches.add(List.of(new RescoredUtterance(name, List.of(sentence), null)));
    }
    return batches;
  }

  /** Words and sentence ends. */
  static long tokens(List<List<RescoredUtterance>> batches) {
    return batches.stream().flatMap(List::stream).mapToLong(RescoredUtterance::words).sum();
  }

  /** The first sentences; a line is an utterance id and words. */
  private static List<LatticePath> read(int sentences) throws IOException {
    List<LatticePath> paths = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Workload.open("ami/text/dev.txt.gz"), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      for (; line != null && paths.size() < sentences; line = lines.readLine()) {
        String[] fields = line.split(" ");
        paths.add(new LatticePath(Arrays.asList(fields).subList(1, fields.length), 0, 0, 0));
      }
    }
    return paths;
  }
}
