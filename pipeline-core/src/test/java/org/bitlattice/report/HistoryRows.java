package org.bitlattice.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.bitlattice.run.RunStages;
import org.bitlattice.run.StageInputs;
import org.bitlattice.run.StageRecord;

/** Rows of runs that were never made. */
final class HistoryRows {
  static final String FP32 = "fp32";
  static final String ADMM = "admm-2";

  private HistoryRows() {}

  static RunKey key(int day) {
    return new RunKey("2026-11-%02dT020000Z".formatted(day), Integer.toString(day).repeat(32));
  }

  /** A run of that day of November, with two stages. */
  static RunHistory run(int day, int epochs, double trainSeconds, List<WerFigures> figures) {
    return run(key(day), day, "0.1.0", epochs, trainSeconds, figures);
  }

  static RunHistory run(
      RunKey key,
      int day,
      String trainedBy,
      int epochs,
      double trainSeconds,
      List<WerFigures> figures) {
    StageInputs train =
        new StageInputs(
            "train",
            1,
            new TreeMap<>(Map.of("training.epochs", Integer.toString(epochs))),
            new TreeMap<>(Map.of("corpus.train", "0123456789abcdef")));
    StageInputs report =
        new StageInputs(
            "report", 1, new TreeMap<>(), new TreeMap<>(Map.of("train", train.digest())));
    RunStages stages =
        RunStages.of(record(report, "0.1.0", 0.5), List.of(record(train, trainedBy, trainSeconds)));
    Instant started = Instant.parse("2026-11-%02dT02:00:00.123Z".formatted(day));
    return new RunHistory(
        List.of(RunRow.of(key, stages, started, started.plusSeconds(2530))),
        RunStageRow.of(key, stages),
        figures.stream().map(row -> RunScoreRow.of(key, row)).toList());
  }

  /** A run with so many settings of its own. */
  static RunHistory runWithSettings(int day, int settings) {
    TreeMap<String, String> values = new TreeMap<>();
    for (int i = 0; i < settings; i++) {
      values.put("key." + i, Integer.toString(i));
    }
    StageInputs report = new StageInputs("report", 1, values, new TreeMap<>());
    RunStages stages = RunStages.of(record(report, "0.1.0", 1), List.of());
    Instant started = Instant.parse("2026-11-%02dT02:00:00Z".formatted(day));
    return new RunHistory(
        List.of(RunRow.of(key(day), stages, started, started.plusSeconds(1))),
        RunStageRow.of(key(day), stages),
        List.of());
  }

  private static StageRecord record(StageInputs inputs, String version, double seconds) {
    return new StageRecord(inputs, version, "abc1234", new TreeMap<>(), seconds);
  }

  /** A system on a set of 1,000 words. */
  static WerFigures scored(String system, String set, String weights, long bytes, double wer) {
    return new WerFigures(
        system,
        set,
        weights,
        OptionalDouble.of(2),
        OptionalDouble.of(2.25),
        bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes),
        bytes == 0 ? OptionalDouble.empty() : OptionalDouble.of(8e6 / bytes),
        OptionalDouble.of(80 + wer / 10),
        OptionalDouble.of(81.5),
        1000,
        1000 - Math.round(10 * wer),
        Math.round(10 * wer),
        0,
        0,
        wer);
  }

  /** A system of an experiment without lattices. */
  static WerFigures unscored(String system, long bytes, double devPerplexity) {
    return new WerFigures(
        system,
        "",
        "",
        OptionalDouble.of(2),
        OptionalDouble.of(2.25),
        OptionalLong.of(bytes),
        OptionalDouble.of(8e6 / bytes),
        OptionalDouble.of(devPerplexity),
        OptionalDouble.of(81.5),
        0,
        0,
        0,
        0,
        0,
        Double.NaN);
  }
}
