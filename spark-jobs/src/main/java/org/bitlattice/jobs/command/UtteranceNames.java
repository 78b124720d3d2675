package org.bitlattice.jobs.command;

import org.bitlattice.lattice.LatticeException;

/** Which names of utterances an output can hold. */
final class UtteranceNames {
  private UtteranceNames() {}

  /**
   * For lines that begin with the name.
   *
   * @throws LatticeException when the name is empty or has white space
   */
  static void requireOneWord(String utterance) {
    if (utterance.isEmpty() || utterance.chars().anyMatch(c -> c <= ' ')) {
      throw refused(
          utterance, "cannot stand in a line of words: it must not be empty or have white space");
    }
  }

  /**
   * For files of that name.
   *
   * @throws LatticeException when the name is empty, begins with a dot, or has a separator of paths
   *     or a character that file systems refuse
   */
  static void requireFileName(String utterance) {
    boolean allowed =
        !utterance.isEmpty()
            && !utterance.startsWith(".")
            && utterance.chars().noneMatch(c -> c < ' ' || c == '/' || c == '\\' || c == ':');
    if (!allowed) {
      throw refused(
          utterance,
          "cannot name a file: it must not be empty, begin with a dot, or have / \\ : or control characters");
    }
  }

  private static LatticeException refused(String utterance, String reason) {
    return new LatticeException(
        utterance, "utterance " + utterance, 0, "the name \"%s\" %s".formatted(utterance, reason));
  }
}
