package org.bitlattice.lattice;

import java.io.Serializable;
import java.util.Locale;

/**
 * Where lattices are, and in what format.
 *
 * @param kind the format
 * @param path file or folder
 */
public record LatticeLocation(Kind kind, String path) implements Serializable {
  /** The formats. */
  public enum Kind {
    /** A Kaldi archive; read in either form, written in binary form. */
    KALDI_ARCHIVE("ark:"),
    /** A Kaldi archive; read in either form, written as text. */
    KALDI_TEXT("ark,t:"),
    /** A Kaldi script file, which says where in archives lattices stand. */
    KALDI_SCRIPT("scp:"),
    /** HTK lattices: a folder, a tar archive or one file. */
    HTK("htk:"),
    /** A table of n-best lists. */
    N_BEST("nbest:");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    /** What stands before the path. */
    public String prefix() {
      return prefix;
    }

    /** Whether words are ids of a symbol table. */
    public boolean needsWords() {
      return this == KALDI_ARCHIVE || this == KALDI_TEXT || this == KALDI_SCRIPT;
    }
  }

  private static final String ALLOWED =
      "allowed are ark:FILE, ark,t:FILE, scp:FILE, htk:FILE-OR-FOLDER, nbest:FILE, and paths that end in .ark, .scp, .slf, .lat, .tar, .tgz, .tsv (each also .gz) or /";

  /**
   * Reads a location as written in settings and on command lines. Without a prefix the suffix of
   * the path decides; a path without a suffix is a folder of HTK lattices.
   *
   * @throws IllegalArgumentException when the format cannot be told, or asks for a pipe or the
   *     standard input, which are not supported
   */
  public static LatticeLocation parse(String written) {
    String text = written.strip();
    for (Kind kind : Kind.values()) {
      if (text.startsWith(kind.prefix())) {
        return new LatticeLocation(kind, checked(written, text.substring(kind.prefix().length())));
      }
    }
    if (text.matches("(ark|scp|t|b|o|s|cs|p|,)+:.*")) {
      throw new IllegalArgumentException(
          "\"%s\": the options of this Kaldi specifier are not supported; %s"
              .formatted(written, ALLOWED));
    }
    return new LatticeLocation(bySuffix(written, text), checked(written, text));
  }

  private static String checked(String written, String path) {
    String reason = null;
    if (path.isBlank()) {
      reason = "the path is missing";
    } else if (path.equals("-")) {
      reason = "reading from or writing to a pipe of the shell is not supported: name a file";
    } else if (path.endsWith("|") || path.startsWith("|")) {
      reason = "commands in place of a file are not supported, and never run: name a file";
    } else if (path.matches(".*\\.ark:\\d+")) {
      reason = "a place within an archive belongs into a script file (scp:)";
    }
    if (reason != null) {
      throw new IllegalArgumentException("\"%s\": %s".formatted(written, reason));
    }
    return path;
  }

  private static Kind bySuffix(String written, String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    int dot = plain.lastIndexOf('.');
    return switch (dot < 0 ? "" : plain.substring(dot)) {
      case ".ark" -> Kind.KALDI_ARCHIVE;
      case ".scp" -> Kind.KALDI_SCRIPT;
      case ".slf", ".lat", ".tar", ".tgz", "" -> Kind.HTK;
      case ".tsv" -> Kind.N_BEST;
      default ->
          throw new IllegalArgumentException(
              "\"%s\": the format of the lattices cannot be told; %s".formatted(written, ALLOWED));
    };
  }

  @Override
  public String toString() {
    return kind.prefix() + path;
  }
}
