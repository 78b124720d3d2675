package org.bitlattice.jobs.job;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

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
   * Rounds whose checkpoints must be kept after a round: the last two, and the best of both
   * histories, so that a damaged last checkpoint costs one round and no more.
   *
   * @param bestUpTo best round of those up to a round
   */
  public static Set<Integer> needed(int round, IntUnaryOperator bestUpTo) {
    Set<Integer> needed = new TreeSet<>(List.of(round));
    needed.add(bestUpTo.applyAsInt(round));
    if (round > 1) {
      needed.add(round - 1);
      needed.add(bestUpTo.applyAsInt(round - 1));
    }
    return needed;
  }

  /**
   * Reads the checkpoint of the last round that has a whole one, as has the best round up to it.
   *
   * @param last last round that was recorded
   * @param bestUpTo best round of those up to a round
   * @param reader is given the best round's checkpoint first, then the last one's
   * @param progress is told which checkpoint was taken and which were refused
   * @return the round that was taken; −1 when there is none
   */
  public int restoreLast(int last, IntUnaryOperator bestUpTo, Reader reader, Progress progress) {
    for (int round = last; round >= 0; round--) {
      if (!has(round)) {
        continue;
      }
      try {
        reader.read(of(bestUpTo.applyAsInt(round)));
        reader.read(of(round));
        progress.say("  continues after round %d".formatted(round));
        return round;
      } catch (IOException | IllegalArgumentException e) {
        progress.say("  checkpoint of round %d refused: %s".formatted(round, e.getMessage()));
      }
    }
    return -1;
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
