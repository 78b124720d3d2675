package org.bitlattice.jobs.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.history.StageFolders.Complete;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.StageRunner;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.report.RunHistory;
import org.bitlattice.report.RunKey;
import org.bitlattice.report.UnfinishedRun;
import org.bitlattice.report.UnreadableRun;
import org.bitlattice.run.Digest;
import org.bitlattice.run.RunStages;
import org.bitlattice.run.StageRecord;

/**
 * The runs that lie in a folder.
 *
 * @param there results that are complete, in the history or not
 * @param fresh those that are not in the history yet
 * @param unfinished runs without a result
 * @param unreadable runs with damaged files
 */
record RunScan(
    Set<RunKey> there,
    List<FinishedRun> fresh,
    List<UnfinishedRun> unfinished,
    List<UnreadableRun> unreadable) {
  /** Written by every command on an experiment before anything else. */
  static final String EXPERIMENT = "experiment.conf";

  /** Written by the schedule script before the command. */
  private static final String SCHEDULED = "scheduled-run";

  /**
   * Looks at all folders below the root that hold an experiment.
   *
   * @param known finished runs that need not be read again
   */
  static RunScan of(HadoopFolder root, RunHistory known) {
    RunScan scan =
        new RunScan(new HashSet<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (String name : candidates(root)) {
      try {
        if (isRun(root.folder(name))) {
          scan.look(name, root.folder(name), known);
        }
      } catch (IllegalArgumentException | UserError e) {
        scan.unreadable.add(new UnreadableRun(name, e.getMessage()));
      } catch (IOException | UncheckedIOException e) {
        scan.unreadable.add(
            new UnreadableRun(
                name, "cannot read %s: %s".formatted(root.location(name), e.getMessage())));
      }
    }
    return scan;
  }

  /** Whether there is a run below the root, finished or not. */
  static boolean findsRun(HadoopFolder root) throws IOException {
    for (String name : candidates(root)) {
      if (isRun(root.folder(name))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> candidates(HadoopFolder root) {
    return root.folders().stream()
        .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
        .filter(name -> !name.equals(HistoryTables.FOLDER))
        .toList();
  }

  private static boolean isRun(HadoopFolder folder) throws IOException {
    return folder.exists(EXPERIMENT) || folder.exists(SCHEDULED);
  }

  private void look(String name, HadoopFolder folder, RunHistory known) throws IOException {
    HadoopFolder scores = folder.folder(Folders.SCORES);
    HadoopFolder report = folder.folder(Folders.REPORT);
    boolean complete = scores.exists(StageRunner.COMPLETE) && report.exists(StageRunner.COMPLETE);
    if (complete) {
      RunKey key = new RunKey(name, Digest.of(scores.readText(StageRunner.COMPLETE)));
      if (known.contains(key)) {
        there.add(key);
      } else {
        take(key, folder, report);
      }
    } else {
      StageFolders stages = StageFolders.of(folder);
      unfinished.add(new UnfinishedRun(name, stages.complete().size(), stages.begun(), List.of()));
    }
  }

  private void take(RunKey key, HadoopFolder folder, HadoopFolder report) {
    StageFolders found = StageFolders.of(folder);
    StageRecord last =
        StageRecord.fromJson(
            report.readText(StageRunner.COMPLETE), report.location(StageRunner.COMPLETE));
    RunStages stages = RunStages.of(last, found.complete().stream().map(Complete::record).toList());
    if (!stages.isWhole()) {
      unfinished.add(
          new UnfinishedRun(
              key.run(), found.complete().size(), found.begun(), List.copyOf(stages.absent())));
      return;
    }
    Instant earliest =
        found.complete().stream()
            .filter(stage -> stages.records().contains(stage.record()))
            .map(Complete::started)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    there.add(key);
    fresh.add(
        new FinishedRun(
            key,
            folder,
            stages,
            key.scheduledStart().orElse(earliest),
            report.modified(StageRunner.COMPLETE)));
  }
}
