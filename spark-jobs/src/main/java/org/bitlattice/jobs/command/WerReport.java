package org.bitlattice.jobs.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.bitlattice.scoring.Bootstrap;
import org.bitlattice.scoring.BootstrapComparison;
import org.bitlattice.scoring.BootstrapInterval;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.SpeakerErrors;
import org.bitlattice.scoring.SpeakerSpread;
import org.bitlattice.scoring.SpeakerTable;
import org.bitlattice.scoring.WerIncrease;
import org.bitlattice.scoring.WordErrors;

/** The tables that the command {@code wer} prints. */
final class WerReport {
  private static final String COUNTS = " %9d %9d %8d %8d %8d %8d %8d %8.2f %8d\n";
  private static final String SPREAD = " %9.1f %9.1f %8.1f %8.1f %8.1f %8.1f %8.1f %8.2f %8.1f\n";

  private final List<Entry> systems = new ArrayList<>();
  private Entry base;

  /** A file's name as it was given, and its alignments. */
  private record Entry(String name, ScoredTranscript scored) {}

  void compareWith(String name, ScoredTranscript scored) {
    base = new Entry(name, scored);
  }

  void add(String name, ScoredTranscript scored) {
    systems.add(new Entry(name, scored));
  }

  int size() {
    return systems.size();
  }

  /** Counts of every system, the one compared with first, as sclite's summary. */
  String errors() {
    StringBuilder table = new StringBuilder(heading("system"));
    if (base != null) {
      table.append(counts(base.name(), total(base.name(), base.scored())));
    }
    for (Entry entry : systems) {
      table.append(counts(entry.name(), total(entry.name(), entry.scored())));
    }
    return table.toString();
  }

  private static SpeakerErrors total(String name, ScoredTranscript scored) {
    return new SpeakerErrors(name, scored.sentences(), scored.sentenceErrors(), scored.errors());
  }

  private String heading(String first) {
    return format(
        "%s %9s %9s %8s %8s %8s %8s %8s %8s %8s\n",
        padded(first),
        "sentences",
        "words",
        "correct",
        "sub",
        "del",
        "ins",
        "errors",
        "WER %",
        "wrong");
  }

  private String counts(String name, SpeakerErrors row) {
    WordErrors errors = row.errors();
    return padded(name)
        + format(
            COUNTS,
            row.sentences(),
            errors.referenceWords(),
            errors.correct(),
            errors.substitutions(),
            errors.deletions(),
            errors.insertions(),
            errors.errors(),
            errors.percent(),
            row.wrongSentences());
  }

  /** The matched-pair test of every system against the one compared with; empty without one. */
  String comparisons() {
    if (base == null) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            format(
                "\nAgainst %s, MAPSSWE (positive: more errors than it)\n%s %8s %10s %9s %9s %8s %8s %11s %10s %8s %10s\n",
                base.name(),
                padded("system"),
                "segments",
                "a sentence",
                "mean",
                "deviation",
                "z",
                "p",
                "significant",
                "increase %",
                "at most",
                "detectable"));
    systems.forEach(entry -> table.append(comparison(entry)));
    return table
        + """
        mean, deviation: difference of errors a segment. p: two-tailed; significant: below 0.05. increase: of the word error rate, absolute;
        at most: one-sided upper 95 % bound; detectable: the smallest difference that would be significant.
        """;
  }

  private String comparison(Entry entry) {
    MapssweResult test = Mapsswe.compare(entry.scored(), base.scored());
    WerIncrease increase = WerIncrease.of(test, entry.scored().errors().referenceWords());
    return format(
        "%s %8d %10.3f %9.3f %9.3f %8.3f %8s %11s %+10.2f %+8.2f %10.2f\n",
        padded(entry.name()),
        test.segments(),
        (double) test.segments() / entry.scored().sentences(),
        test.meanDifference(),
        test.standardDeviation(),
        test.z(),
        test.p() < 0.0001 ? "<0.0001" : format("%.4f", test.p()),
        test.significant() ? "Yes" : "No",
        increase.percent(),
        increase.upperBound95(),
        increase.smallestDetectable());
  }

  /** Bootstrap intervals of every system, all from the same draws. */
  String intervals(int draws, long seed) {
    StringBuilder table =
        new StringBuilder(
            "\n95 %% bootstrap intervals over utterances, %d draws\n".formatted(draws));
    table.append(format("%s %18s", padded("system"), "WER %"));
    table.append(base == null ? "\n" : format(" %20s %20s\n", "increase %", "P(fewer errors)"));
    if (base != null) {
      table.append(rate(base, Bootstrap.of(base.scored(), draws, new SplittableRandom(seed))));
      table.append('\n');
    }
    for (Entry entry : systems) {
      SplittableRandom random = new SplittableRandom(seed);
      if (base == null) {
        table.append(rate(entry, Bootstrap.of(entry.scored(), draws, random))).append('\n');
        continue;
      }
      BootstrapComparison drawn = Bootstrap.compare(entry.scored(), base.scored(), draws, random);
      BootstrapInterval difference = drawn.difference();
      String increase = format("%+.2f to %+.2f", difference.lowPercent(), difference.highPercent());
      table.append(rate(entry, drawn.system()));
      table.append(format(" %20s %20.4f\n", increase, drawn.probabilityOfImprovement()));
    }
    return table.toString();
  }

  private String rate(Entry entry, BootstrapInterval interval) {
    String range = format("%.2f to %.2f", interval.lowPercent(), interval.highPercent());
    return padded(entry.name()) + format(" %18s", range);
  }

  /** Errors of every speaker of every system, with their spread, as sclite's tables. */
  String speakers(Pattern pattern) {
    StringBuilder tables = new StringBuilder();
    List<Entry> all = new ArrayList<>(systems);
    if (base != null) {
      all.add(0, base);
    }
    for (Entry entry : all) {
      SpeakerTable table = SpeakerTable.of(entry.scored(), pattern);
      tables.append(format("\nSpeakers of %s\n%s", entry.name(), heading("speaker")));
      table.speakers().forEach(row -> tables.append(counts(row.speaker(), row)));
      tables.append(spread("mean", table, SpeakerSpread::mean));
      tables.append(spread("standard deviation", table, SpeakerSpread::standardDeviation));
      tables.append(spread("median", table, SpeakerSpread::median));
    }
    return tables.toString();
  }

  private String spread(String name, SpeakerTable table, ToDoubleFunction<SpeakerSpread> figure) {
    List<ToDoubleFunction<SpeakerErrors>> columns =
        List.of(
            SpeakerErrors::sentences,
            row -> row.errors().referenceWords(),
            row -> row.errors().correct(),
            row -> row.errors().substitutions(),
            row -> row.errors().deletions(),
            row -> row.errors().insertions(),
            row -> row.errors().errors(),
            row -> row.errors().percent(),
            SpeakerErrors::wrongSentences);
    Object[] values =
        columns.stream().map(column -> figure.applyAsDouble(table.spread(column))).toArray();
    return padded(name) + format(SPREAD, values);
  }

  /** Names may be long paths: all tables are as wide as the longest. */
  private String padded(String name) {
    int width = base == null ? 24 : Math.max(24, base.name().length());
    for (Entry entry : systems) {
      width = Math.max(width, entry.name().length());
    }
    return name + " ".repeat(Math.max(0, width - name.length()));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
