package org.bitlattice.lattice;

/**
 * A lattice that cannot be used. The message is one sentence that starts with the file and the line
 * (or the entry of an archive).
 */
public final class LatticeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String utterance;
  private final String file;
  private final long line;

  /**
   * @param utterance name of the utterance, empty when it is not known
   * @param file where the lattice comes from
   * @param line line in the file counted from 1, or 0 when the whole file is meant
   * @param reason what could not be done, the value seen and what is allowed
   */
  public LatticeException(String utterance, String file, long line, String reason) {
    super(line > 0 ? file + ":" + line + ": " + reason : file + ": " + reason);
    this.utterance = utterance;
    this.file = file;
    this.line = line;
  }

  /** Name of the utterance, empty when it is not known. */
  public String utterance() {
    return utterance;
  }

  /** The file, for an archive together with the entry. */
  public String file() {
    return file;
  }

  /** Line counted from 1; 0 when no single line is to blame. */
  public long line() {
    return line;
  }
}
