package org.bitlattice.jobs.job;

import java.io.IOException;
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
    void write(HadoopFolder folder) throws IOException;
  }

  /** Writes the checkpoint of a round, replacing an earlier one. */
  public void write(int round, Writer writer) throws IOException {
    folder.delete(PARTIAL);
    HadoopFolder partial = folder.folder(PARTIAL);
    partial.create();
    writer.write(partial);
    folder.rename(PARTIAL, name(round));
  }

  /** Reads the files of one checkpoint; an {@link IllegalArgumentException} says it is damaged. */
  @FunctionalInterface
  public interface Reader {
    void read(HadoopFolder folder) throws IOException;
  }

  /**
   * Reads the checkpoint of the last round that has a whole one.
   *
   * @param rounds rounds that were recorded, ascending
   * @param progress is told which checkpoint was taken and which were refused
   * @return how many of the rounds, counted from the first, are kept: 0 when there is no checkpoint
   */
  public int restoreLast(List<Integer> rounds, Reader reader, Progress progress)
      throws IOException {
    for (int kept = rounds.size(); kept > 0; kept--) {
      int round = rounds.get(kept - 1);
      if (!has(round)) {
        continue;
      }
      try {
        reader.read(of(round));
        progress.say("  continues after round %d".formatted(round));
        return kept;
      } catch (IllegalArgumentException e) {
        progress.say("  checkpoint of round %d refused: %s".formatted(round, e.getMessage()));
      }
    }
    return 0;
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
