package org.bitlattice.jobs.history;

import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.UserError;

/** What Spark throws when a table's files are damaged, as a sentence. */
final class DamagedTable {
  private DamagedTable() {}

  /**
   * Reads a table.
   *
   * @throws UserError naming the table and what is wrong with it
   */
  static <T> T told(String table, Callable<T> read) {
    try {
      return read.call();
    } catch (IllegalArgumentException | UserError e) {
      throw new UserError(e.getMessage(), e);
    } catch (Exception e) {
      // Scala throws checked exceptions that Java cannot name.
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String said = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
      throw new UserError("cannot read the table %s: %s".formatted(table, said), e);
    }
  }
}
