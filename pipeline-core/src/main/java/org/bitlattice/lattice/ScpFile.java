package org.bitlattice.lattice;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A Kaldi script file: {@code utterance file} or {@code utterance file:offset} a line, the offset
 * in bytes of the lattice after its key.
 */
public final class ScpFile {
  private static final int LONGEST_LINE = 1 << 16;

  private ScpFile() {}

  /**
   * One lattice.
   *
   * @param utterance its name
   * @param path file that holds it; relative ones are relative to the current directory, as in
   *     Kaldi
   * @param offset place of its first byte
   * @param line line of the script file
   */
  public record Entry(String utterance, String path, long offset, long line)
      implements Serializable {}

  /**
   * Reads a script file to the end of the stream, which stays open.
   *
   * @throws LatticeException naming file and line when a line has no file, names a command or a
   *     range, or an offset is not a number
   * @throws IOException when reading fails
   */
  public static List<Entry> read(InputStream in, String file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    TextLines lines = new TextLines(in, file, LONGEST_LINE);
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        entries.add(entry(line.strip(), lines));
      }
    }
    return entries;
  }

  private static Entry entry(String line, TextLines lines) {
    String[] columns = line.split("[ \t]+", 2);
    if (columns.length < 2) {
      throw lines.bad("\"%s\" is not an utterance and its file".formatted(line));
    }
    String place = columns[1];
    if (place.endsWith("|")) {
      throw lines.bad(
          "\"%s\" is a command; commands are not supported, and never run".formatted(place));
    }
    if (place.endsWith("]")) {
      throw lines.bad(
          "\"%s\" has a range; ranges cut matrices, a lattice is read whole".formatted(place));
    }
    int colon = place.lastIndexOf(':');
    boolean offset = colon > 0 && place.substring(colon + 1).matches("\\d{1,18}");
    return offset
        ? new Entry(
            columns[0],
            place.substring(0, colon),
            Long.parseLong(place.substring(colon + 1)),
            lines.number())
        : new Entry(columns[0], place, 0, lines.number());
  }
}
