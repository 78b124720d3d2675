package org.bitlattice.lattice;

/**
 * A lattice that cannot be used. The message is one sentence that starts with the file and the line
 * or byte (or the entry of an archive).
 */
public final class LatticeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String utterance;
  private final String file;
  private final String position;
  private final long line;

  private LatticeException(
      String utterance, String file, String position, long line, String message) {
    super(message);
    this.utterance = utterance;
    this.file = file;
    this.position = position;
    this.line = line;
  }

  /**
   * @param utterance name of the utterance, empty when it is not known
   * @param file where the lattice comes from
   * @param line line in the file counted from 1, or 0 when the whole file is meant
   * @param reason what could not be done, the value seen and what is allowed
   */
  public LatticeException(String utterance, String file, long line, String reason) {
    this(
        utterance,
        file,
        line > 0 ? "line " + line : "",
        line,
        line > 0 ? file + ":" + line + ": " + reason : file + ": " + reason);
  }

  /**
   * A lattice in a binary file.
   *
   * @param offset place in the uncompressed file in bytes, counted from 0
   */
  public static LatticeException atByte(String utterance, String file, long offset, String reason) {
    String position = "byte " + offset;
    return new LatticeException(
        utterance, file, position, 0, file + ": at " + position + ": " + reason);
  }

  /** Name of the utterance, empty when it is not known. */
  public String utterance() {
    return utterance;
  }

  /** The file, for an archive together with the entry. */
  public String file() {
    return file;
  }

  /** Where in the file, as "line 12" or "byte 4711"; empty when the whole file is meant. */
  public String position() {
    return position;
  }

  /** Line counted from 1; 0 when no single line is to blame. */
  public long line() {
    return line;
  }
}
