package org.bitlattice.jobs.job;

import java.util.List;
import java.util.Set;

/**
 * The checkpoints of a stage that works in rounds, one folder a round. A checkpoint is written
 * under another name and renamed when whole; the table of rounds is written after it, so a round in
 * the table always has (or had) its checkpoint.
 */
public final class Checkpoints {
  private static final String FOLDER = "checkpoints";
  private static final String PARTIAL = "partial";

  private final HadoopFolder folder;

  public Checkpoints(HadoopFolder stage) {
    this.folder = stage.folder(FOLDER);
  }

  /** Writes the files of one checkpoint. */
  @FunctionalInterface
  public interface Writer {
    void write(HadoopFolder folder) throws java.io.IOException;
  }

  /** Writes the checkpoint of a round, replacing an earlier one. */
  public void write(int round, Writer writer) throws java.io.IOException {
    folder.delete(PARTIAL);
    HadoopFolder partial = folder.folder(PARTIAL);
    partial.create();
    writer.write(partial);
    folder.rename(PARTIAL, name(round));
  }

  /** The folder of a round's checkpoint. */
  public HadoopFolder of(int round) {
    return folder.folder(name(round));
  }

  /** Whether a round has a checkpoint. */
  public boolean has(int round) {
    return of(round).exists();
  }

  /** Deletes all checkpoints but those of some rounds. */
  public void keepOnly(Set<Integer> rounds) {
    List<String> keep = rounds.stream().map(Checkpoints::name).toList();
    for (String present : folder.names()) {
      if (!keep.contains(present)) {
        folder.delete(present);
      }
    }
  }

  /** Deletes all checkpoints. */
  public void deleteAll() {
    folder.delete();
  }

  private static String name(int round) {
    return "round-%04d".formatted(round);
  }
}
