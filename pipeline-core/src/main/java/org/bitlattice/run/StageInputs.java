package org.bitlattice.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that a stage's result depends on. Two runs of a stage with equal inputs give equal
 * tables.
 *
 * @param stage name of the stage, with its unit (a system, a lattice set) behind a slash
 * @param seed the experiment's seed
 * @param settings configuration paths that the stage reads, with their values
 * @param digests digest of every input: a file's content, or an earlier stage's {@link #digest()}
 */
public record StageInputs(
    String stage,
    long seed,
    SortedMap<String, String> settings,
    SortedMap<String, String> digests) {

  public StageInputs {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
  }

  /** One digest over all of it. */
  public String digest() {
    return Digest.of(stage + '\n' + seed + '\n' + settings + '\n' + digests);
  }

  /** Digest of the settings alone. */
  public String settingsDigest() {
    return Digest.of(settings.toString());
  }

  /**
   * What differs from an earlier run of the same stage, one phrase for each key, such as {@code
   * training.epochs: was 4, now 5}; empty when nothing does.
   */
  public List<String> differencesFrom(StageInputs earlier) {
    List<String> differences = new ArrayList<>();
    if (seed != earlier.seed) {
      differences.add("seed: was %d, now %d".formatted(earlier.seed, seed));
    }
    compare(earlier.settings, settings, "", differences);
    compare(shortened(earlier.digests), shortened(digests), "input ", differences);
    return differences;
  }

  private static Map<String, String> shortened(Map<String, String> digests) {
    Map<String, String> shortened = new TreeMap<>();
    digests.forEach(
        (name, digest) -> shortened.put(name, digest.substring(0, Math.min(12, digest.length()))));
    return shortened;
  }

  private static void compare(
      Map<String, String> earlier,
      Map<String, String> now,
      String prefix,
      List<String> differences) {
    TreeSet<String> keys = new TreeSet<>(earlier.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      String before = earlier.getOrDefault(key, "absent");
      String after = now.getOrDefault(key, "absent");
      if (!before.equals(after)) {
        differences.add("%s%s: was %s, now %s".formatted(prefix, key, before, after));
      }
    }
  }
}
