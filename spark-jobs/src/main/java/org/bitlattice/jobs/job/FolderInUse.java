package org.bitlattice.jobs.job;

/** A folder belongs to another run that lives. */
final class FolderInUse extends UserError {
  private static final long serialVersionUID = 1L;

  FolderInUse(String message) {
    super(message);
  }
}
