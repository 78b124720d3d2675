package org.bitlattice.jobs.history;

import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.scoring.ScoreStage;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.RunHistory;
import org.bitlattice.report.RunKey;
import org.bitlattice.report.RunRow;
import org.bitlattice.report.RunScoreRow;
import org.bitlattice.report.RunStageRow;
import org.bitlattice.report.WerFigures;
import org.bitlattice.run.RunStages;

/**
 * A run with a complete result.
 *
 * @param key its name and result
 * @param folder its folder
 * @param stages its stages
 * @param started when it was first started
 * @param finished when its report was written
 */
record FinishedRun(
    RunKey key, HadoopFolder folder, RunStages stages, Instant started, Instant finished) {
  private static final RowSchema<WerFigures> FIGURES = RowSchema.of(WerFigures.class);

  /**
   * Its rows in the history.
   *
   * @throws org.bitlattice.jobs.job.UserError when its table of word errors cannot be read
   */
  RunHistory rows(SparkSession spark) {
    String table = folder.folder(Folders.SCORES).location(ScoreStage.WER);
    List<WerFigures> figures =
        DamagedTable.told(table, () -> Tables.readColumns(spark, table, FIGURES));
    return new RunHistory(
        List.of(RunRow.of(key, stages, started, finished)),
        RunStageRow.of(key, stages),
        figures.stream().map(row -> RunScoreRow.of(key, row)).toList());
  }
}
