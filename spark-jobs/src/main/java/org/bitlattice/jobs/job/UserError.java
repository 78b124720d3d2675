package org.bitlattice.jobs.job;

/** Something that the user can mend: the message says what, where, and what is allowed. */
public sealed class UserError extends RuntimeException permits FolderInUse {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }
}
