package org.bitlattice.jobs.job;

/** What the process returns to the shell. */
public enum ExitCode {
  /** Everything asked for was done. */
  DONE(0),
  /** The command line is wrong. */
  BAD_COMMAND_LINE(1),
  /** A setting, a file or data is wrong; the message says which. */
  USER_ERROR(2),
  /** A fault of Bitlattice or of what it runs on. */
  INTERNAL_ERROR(3);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process exit code. */
  public int code() {
    return code;
  }
}
