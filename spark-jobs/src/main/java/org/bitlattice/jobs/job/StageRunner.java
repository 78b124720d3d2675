package org.bitlattice.jobs.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bitlattice.run.StageRecord;

/**
 * Runs stages by the rules of their records. {@code stage.json} is written last and means complete;
 * {@code begun.json} is written first, so that a stage that keeps rounds continues only what was
 * begun from the same inputs. A stage whose folder holds a result of other inputs is refused unless
 * it is to be overwritten.
 */
public final class StageRunner {
  /** Marks a complete stage. */
  public static final String COMPLETE = "stage.json";

  /** Marks a stage that was begun. */
  public static final String BEGUN = "begun.json";

  private final HadoopFolder output;
  private final BuildInfo build;
  private final Progress progress;

  public StageRunner(HadoopFolder output, BuildInfo build, Progress progress) {
    this.output = output;
    this.build = build;
    this.progress = progress;
  }

  /** What the stage's folder says. */
  public StageStatus status(Stage stage) {
    HadoopFolder folder = output.folder(stage.folder());
    for (String marker : List.of(COMPLETE, BEGUN)) {
      try {
        if (folder.exists(marker)) {
          StageRecord record =
              StageRecord.fromJson(folder.readText(marker), folder.location(marker));
          StageStatus.Kind kind =
              marker.equals(COMPLETE) ? StageStatus.Kind.COMPLETE : StageStatus.Kind.BEGUN;
          return new StageStatus(kind, stage.inputs().differencesFrom(record.inputs()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot look at " + folder, e);
      }
    }
    return new StageStatus(StageStatus.Kind.ABSENT, List.of());
  }

  /** The record of a complete stage. */
  public StageRecord record(Stage stage) {
    HadoopFolder folder = output.folder(stage.folder());
    return StageRecord.fromJson(folder.readText(COMPLETE), folder.location(COMPLETE));
  }

  /**
   * Checks, before anything runs, that no stage's folder holds a result of other inputs.
   *
   * @throws UserError listing every such stage and every key that differs
   */
  public void refuseDifferent(List<Stage> stages, Set<StageCommand> overwrite) {
    refuseDifferent(
        stages,
        overwrite,
        "the output folder holds results of other settings or inputs; choose another output, or give --overwrite with the stage");
  }

  /**
   * Checks the same for a command of its own.
   *
   * @param refusal the sentence that the stages are listed after
   * @throws UserError as the other one does
   */
  public void refuseDifferent(List<Stage> stages, Set<StageCommand> overwrite, String refusal) {
    StringBuilder message = new StringBuilder();
    for (Stage stage : stages) {
      StageStatus status = status(stage);
      if (status.differs() && !overwrite.contains(stage.command())) {
        message.append("\n  %s (%s):".formatted(stage.name(), output.location(stage.folder())));
        status.differences().forEach(difference -> message.append("\n    ").append(difference));
      }
    }
    if (!message.isEmpty()) {
      throw new UserError(refusal + message);
    }
  }

  /**
   * Runs a stage unless it is complete.
   *
   * @param overwrite commands whose stages are done again when their inputs differ
   * @param context Spark and the rest, made when first needed
   * @param requireHeld throws when the folder is not this run's any more; asked before anything is
   *     deleted and before the stage is declared complete
   * @throws UserError when a stage that it reads is not complete
   */
  public void run(
      Stage stage,
      Set<StageCommand> overwrite,
      Supplier<StageContext> context,
      Runnable requireHeld) {
    StageStatus status = status(stage);
    HadoopFolder folder = output.folder(stage.folder());
    if (status.kind() == StageStatus.Kind.COMPLETE && !status.differs()) {
      if (folder.names().contains(BEGUN)) {
        tidy(folder);
      }
      progress.say("%-28s complete, skipped".formatted(stage.name()));
      return;
    }
    requireUpstream(stage);
    requireHeld.run();
    boolean resumes = status.kind() == StageStatus.Kind.BEGUN && !status.differs();
    if (!resumes) {
      clear(stage, status, folder);
    }
    progress.say("%-28s %s".formatted(stage.name(), resumes ? "continues" : "starts"));
    long start = System.nanoTime();
    folder.create();
    if (!resumes) {
      folder.writeText(
          BEGUN,
          new StageRecord(stage.inputs(), build.version(), build.commit(), new TreeMap<>(), 0)
              .toJson());
    }
    Map<String, Double> counts;
    try {
      counts = stage.work().run(context.get(), folder);
    } catch (IOException e) {
      throw new UncheckedIOException("%s failed: %s".formatted(stage.name(), e.getMessage()), e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    requireHeld.run();
    folder.writeText(
        COMPLETE,
        new StageRecord(
                stage.inputs(), build.version(), build.commit(), new TreeMap<>(counts), seconds)
            .toJson());
    tidy(folder);
    progress.say("%-28s done in %s".formatted(stage.name(), Progress.duration(seconds)));
  }

  /** Deletes what only an unfinished stage needs; its marker last, so that a kill loses no work. */
  private static void tidy(HadoopFolder folder) {
    new Checkpoints(folder).deleteAll();
    folder.delete(BEGUN);
  }

  /**
   * Makes room for the stage. Only what a stage of ours wrote is deleted; it is renamed first,
   * since what is half deleted would not be known as ours any more.
   */
  private void clear(Stage stage, StageStatus status, HadoopFolder folder) {
    String discarded = stage.folder() + ".discarded";
    output.delete(discarded);
    if (status.kind() != StageStatus.Kind.ABSENT) {
      output.rename(stage.folder(), discarded);
      output.delete(discarded);
    } else if (folder.names().stream().anyMatch(name -> !name.startsWith("."))) {
      throw new UserError(
          "%s would be written to %s, which is not empty and was not made by Bitlattice; move it away or choose another output"
              .formatted(stage.name(), folder));
    }
  }

  private void requireUpstream(Stage stage) {
    for (Stage needed : stage.upstream()) {
      StageStatus status = status(needed);
      if (status.kind() != StageStatus.Kind.COMPLETE || status.differs()) {
        throw new UserError(
            "%s needs %s, which is not complete for these settings in %s; run `bitlattice %s` or `bitlattice run` first"
                .formatted(
                    stage.name(),
                    needed.name(),
                    output.location(needed.folder()),
                    needed.command().written()));
      }
    }
  }
}
