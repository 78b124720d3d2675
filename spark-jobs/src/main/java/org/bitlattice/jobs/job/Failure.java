package org.bitlattice.jobs.job;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;
import org.bitlattice.settings.SettingsException;

/**
 * What a failed command says and returns. A {@link UserError}, and an {@link
 * IllegalArgumentException} that our own code throws on the driver or in a Spark task, is the
 * user's to mend; everything else is an internal error.
 *
 * @param exitCode exit code of the process
 * @param message one sentence (settings: one line a problem)
 */
public record Failure(ExitCode exitCode, String message) {
  private static final String OURS = "org.bitlattice.";

  /** Classifies a throwable by its chain of causes. */
  public static Failure of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (isUserError(cause)) {
        return new Failure(ExitCode.USER_ERROR, cause.getMessage());
      }
      if (cause instanceof EOFException || cause instanceof ZipException) {
        return new Failure(
            ExitCode.USER_ERROR,
            "a file is damaged or cut off: %s (run again with --debug for where it is read)"
                .formatted(thrown.getMessage()));
      }
      if (String.valueOf(cause.getMessage()).contains("Permission denied")) {
        return new Failure(ExitCode.USER_ERROR, "no permission: " + cause.getMessage());
      }
      if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
        return new Failure(ExitCode.USER_ERROR, "there is no file " + name(cause.getMessage()));
      }
    }
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new Failure(
        ExitCode.INTERNAL_ERROR,
        "internal error: %s (run again with --debug for the stack trace)".formatted(root));
  }

  /** Hadoop's message is a sentence, {@code File x does not exist}; the others are the name. */
  private static String name(String message) {
    return String.valueOf(message).replaceFirst("^File (.*) does not exist$", "$1");
  }

  private static boolean isUserError(Throwable cause) {
    if (cause instanceof UserError || cause instanceof SettingsException) {
      return true;
    }
    StackTraceElement[] stack = cause.getStackTrace();
    return cause instanceof IllegalArgumentException
        && stack.length > 0
        && stack[0].getClassName().startsWith(OURS);
  }
}
