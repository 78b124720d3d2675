package org.bitlattice.jobs.job;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.bitlattice.settings.Secrets;
import org.bitlattice.settings.SettingsException;

/**
 * What a failed command says and returns. A {@link UserError}, and an {@link
 * IllegalArgumentException} that our own code throws on the driver or in a Spark task, is the
 * user's to mend; everything else is an internal error.
 *
 * @param exitCode exit code of the process
 * @param message one sentence (settings: one line a problem); credentials in addresses are hidden
 */
public record Failure(ExitCode exitCode, String message) {
  private static final String OURS = "org.bitlattice.";

  public Failure {
    message = message == null ? null : Secrets.hidden(message);
  }

  /** What operating systems and HDFS say when storage is full, or is not to be written. */
  private static final Pattern NO_ROOM =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|quota of \\S+ is exceeded|Read-only file system|could only be written to \\d+ of the");

  /** Classes of errors that messages of other errors begin with. */
  private static final String NAMES_OF_ERRORS = "^(Caused by: )?([\\w.$]+(\\([\\w.$]+\\))?: )*";

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
      String message = String.valueOf(cause.getMessage());
      if (message.contains("Permission denied")) {
        return new Failure(ExitCode.USER_ERROR, "no permission: " + firstLine(message));
      }
      if (isNoRoom(cause)) {
        return new Failure(
            ExitCode.USER_ERROR,
            "no room to write: %s; what is done so far is kept, and the same command goes on from there"
                .formatted(innermost(cause)));
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

  /** Whether an error says that nothing, or nothing more, can be written. */
  static boolean isNoRoom(Throwable thrown) {
    return NO_ROOM.matcher(String.valueOf(thrown.getMessage())).find();
  }

  /** The message that names no other error's class and stack. */
  private static String innermost(Throwable cause) {
    Throwable inner = cause;
    while (inner.getCause() != null && isNoRoom(inner.getCause())) {
      inner = inner.getCause();
    }
    return inner
        .getMessage()
        .lines()
        .filter(NO_ROOM.asPredicate())
        .findFirst()
        .orElseThrow()
        .replaceFirst(NAMES_OF_ERRORS, "");
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
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
