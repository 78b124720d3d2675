package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real-data")
class AmiNBestTest {
  /** Scores of the table and the lattices are rounded to four decimals. */
  private static final double ROUNDING = 1e-2;

  /** {@code -Dbitlattice.every=1} compares all 600 utterances. */
  private static final int EVERY = Integer.getInteger("bitlattice.every", 10);

  @ParameterizedTest
  @ValueSource(strings = {"dev", "eval"})
  void hundredBestEqualTheExactListsOfTheData(String set) throws IOException {
    Map<String, List<LatticePath>> expected = expected("ami/lattices/" + set + ".nbest.tsv.gz");
    int compared = 0;
    List<String> differences = new ArrayList<>();
    try (SlfArchive archive = archive("ami/lattices/" + set + ".slf.tar.gz", i -> i % EVERY == 0)) {
      while (archive.hasNext()) {
        LatticeEntry entry = archive.next();
        List<LatticePath> found = NBest.of(entry.orThrow(), AmiData.DECODER, 100);
        differences.addAll(differences(entry.utterance(), expected.get(entry.utterance()), found));
        compared++;
      }
    }
    assertThat(differences).isEmpty();
    assertThat(compared).isEqualTo((600 + EVERY - 1) / EVERY);
  }

  private static SlfArchive archive(String name, IntPredicate owned) throws IOException {
    InputStream raw = Files.newInputStream(AmiData.file(name));
    return SlfArchive.open(raw, name, owned, ReadSettings.DEFAULT);
  }

  private static Map<String, List<LatticePath>> expected(String name) throws IOException {
    Map<String, List<LatticePath>> lists = new HashMap<>();
    try (InputStream in = AmiData.open(name)) {
      NBestTsv.forEach(in, name, list -> lists.put(list.name(), list.paths()));
    }
    return lists;
  }

  /**
   * Totals must agree rank by rank. Word sequences must agree too, except among those whose totals
   * lie closer than the rounding, whose order is open, and at the end of the list.
   */
  private static List<String> differences(
      String utterance, List<LatticePath> expected, List<LatticePath> found) {
    List<String> differences = new ArrayList<>();
    if (expected.size() != found.size()) {
      differences.add(utterance + ": " + expected.size() + " paths, found " + found.size());
      return differences;
    }
    Map<List<String>, LatticePath> byWords = new HashMap<>();
    found.forEach(path -> byWords.put(path.words(), path));
    double last = expected.get(expected.size() - 1).total();
    for (int i = 0; i < expected.size(); i++) {
      LatticePath want = expected.get(i);
      LatticePath got = byWords.get(want.words());
      if (Math.abs(want.total() - found.get(i).total()) > ROUNDING) {
        differences.add(utterance + " rank " + (i + 1) + ": " + want + " but " + found.get(i));
      }
      if (got == null && want.total() > last + ROUNDING) {
        differences.add(utterance + ": missing " + want);
      }
      if (got != null
          && (Math.abs(got.total() - want.total()) > ROUNDING
              || Math.abs(got.acousticLn() - want.acousticLn()) > ROUNDING
              || Math.abs(got.lmLn() - want.lmLn()) > ROUNDING)) {
        differences.add(utterance + ": " + want + " but " + got);
      }
    }
    return differences;
  }
}
