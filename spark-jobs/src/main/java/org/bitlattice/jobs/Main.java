package org.bitlattice.jobs;

import java.util.Locale;
import org.bitlattice.jobs.command.BitlatticeCommand;

/** Entry point of the job jar. The only class that ends the process. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    // Numbers read the same everywhere, in messages as in tables.
    Locale.setDefault(Locale.ROOT);
    System.exit(BitlatticeCommand.execute(arguments));
  }
}
