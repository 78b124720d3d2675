package org.bitlattice.jobs.experiment;

import java.util.Map;
import java.util.Set;
import org.bitlattice.jobs.prepare.SegmentRow;
import org.bitlattice.jobs.prepare.SentenceRow;
import org.bitlattice.report.FrontierRow;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.report.SpeakerRow;
import org.bitlattice.report.TrainingRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.report.UtteranceRow;
import org.bitlattice.report.WeightsRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.rescoring.ExpandedLatticeRow;
import org.bitlattice.rescoring.TuningRow;
import org.bitlattice.sensitivity.Sensitivity;

/** The record type of every table that an experiment writes. */
final class ExperimentTables {
  /** Row types by what the path of a table ends in. */
  private static final Map<String, Class<? extends Record>> TABLES =
      Map.ofEntries(
          Map.entry("corpus/segments", SegmentRow.class),
          Map.entry("corpus/sentences", SentenceRow.class),
          Map.entry("baseline/training", TrainingRow.class),
          Map.entry("sensitivity/kl/[a-z]+/table", Sensitivity.class),
          Map.entry("systems/[^/]+/rounds", LowBitRow.class),
          Map.entry("systems/[^/]+/measures", ModelRow.class),
          Map.entry("hypotheses/[^/]+/table", ExpandedLatticeRow.class),
          Map.entry("hypotheses/[^/]+/lattices", LatticeRow.class),
          Map.entry("assignments/[^/]+/frontier", FrontierRow.class),
          Map.entry("hypotheses/[^/]+/ngram", NodeScoresRow.class),
          Map.entry("hypotheses/[^/]+/rejected", RejectedRow.class),
          Map.entry("rescored/[^/]+/[^/]+/network", NodeScoresRow.class),
          Map.entry("rescored/[^/]+/[^/]+/utterances", UtteranceRow.class),
          Map.entry("rescored/[^/]+/[^/]+/weights", WeightsRow.class),
          Map.entry("rescored/[^/]+/[^/]+/tuning-[a-z-]+", TuningRow.class),
          Map.entry("scores/wer", WerRow.class),
          Map.entry("scores/speakers", SpeakerRow.class),
          Map.entry("scores/utterances", UtteranceErrorsRow.class));

  private ExperimentTables() {}

  /** Patterns of the paths of all kinds of tables. */
  static Set<String> patterns() {
    return TABLES.keySet();
  }

  static Class<? extends Record> type(String table) {
    return TABLES.entrySet().stream()
        .filter(entry -> table.matches(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no test opens the table " + table));
  }
}
