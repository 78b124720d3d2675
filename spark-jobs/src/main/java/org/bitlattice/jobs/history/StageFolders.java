package org.bitlattice.jobs.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.StageRunner;
import org.bitlattice.run.StageRecord;

/**
 * The stages that lie in the folder of an experiment.
 *
 * @param complete stages with a record of their end
 * @param begun folders of stages that were begun and have none
 */
record StageFolders(List<Complete> complete, List<String> begun) {
  /** Stages lie at most so many folders deep ({@code rescored/ID/SET}). */
  private static final int DEPTH = 4;

  /** What the runner of stages renames a folder to before it deletes it. */
  private static final String DISCARDED = ".discarded";

  /**
   * A complete stage.
   *
   * @param record its record
   * @param written when the record was written
   */
  record Complete(StageRecord record, Instant written) {
    /** When it was begun, or continued for the last time. */
    Instant started() {
      return written.minusMillis(Math.round(1e3 * record.seconds()));
    }
  }

  /**
   * Looks at all folders of an experiment.
   *
   * @throws IllegalArgumentException naming the record that is damaged
   */
  static StageFolders of(HadoopFolder experiment) {
    StageFolders found = new StageFolders(new ArrayList<>(), new ArrayList<>());
    for (String name : experiment.folders()) {
      found.visit(experiment, name, 1);
    }
    return found;
  }

  private void visit(HadoopFolder experiment, String name, int depth) {
    HadoopFolder folder = experiment.folder(name);
    List<String> content = folder.names();
    if (content.contains(StageRunner.COMPLETE)) {
      complete.add(
          new Complete(
              StageRecord.fromJson(
                  folder.readText(StageRunner.COMPLETE), folder.location(StageRunner.COMPLETE)),
              folder.modified(StageRunner.COMPLETE)));
    } else if (content.contains(StageRunner.BEGUN)) {
      begun.add(name);
    } else if (depth < DEPTH) {
      for (String child : folder.folders()) {
        if (!child.startsWith(".") && !child.endsWith(DISCARDED)) {
          visit(experiment, name + "/" + child, depth + 1);
        }
      }
    }
  }
}
