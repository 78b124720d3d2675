package org.bitlattice.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must never be said or written: values of settings whose key names a secret, and credentials
 * in an address, such as {@code s3a://KEY:SECRET@bucket/x} or {@code hdfs://user:password@host/x}.
 *
 * <p>A user alone, as in {@code hdfs://me@host/x} or {@code abfs://container@account/x}, is no
 * secret; a port is none either. Secrets may hold slashes, and people leave them so, which no
 * address allows: a colon in the place of the host that no port follows, with an {@code @}
 * somewhere after it, counts as credentials too.
 */
public final class Secrets {
  /** A minibatch's tokens are words. */
  private static final String KEYS =
      "secret|passw|(?<!minibatch-)token|(access|account|private|api)[._-]?key|[._-]sas([._-]|$)";

  private static final Pattern KEY = Pattern.compile("(?i)" + KEYS);

  /** Scheme, then all up to a blank or a quotation mark. */
  private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^\\s\"]*)");

  private static final String HIDDEN = "(hidden)";

  private Secrets() {}

  /** Whether the value of a setting with this key is a secret. */
  public static boolean isSecret(String key) {
    return KEY.matcher(key).find();
  }

  /** Whether a text holds an address with credentials. */
  public static boolean standIn(String text) {
    return !hidden(text).equals(text);
  }

  /** The text with {@code (hidden)} in the place of credentials in addresses. */
  public static String hidden(String text) {
    Matcher address = ADDRESS.matcher(text);
    StringBuilder safe = new StringBuilder();
    while (address.find()) {
      String scheme = address.group(1);
      String rest = address.group(2);
      String shown =
          hasCredentials(scheme, rest) ? HIDDEN + rest.substring(rest.lastIndexOf('@')) : rest;
      address.appendReplacement(safe, Matcher.quoteReplacement(scheme + "://" + shown));
    }
    return address.appendTail(safe).toString();
  }

  /**
   * A regular expression for Spark's {@code spark.redaction.regex}: finds keys of secrets, and
   * values that hold an address with credentials.
   */
  public static String redaction() {
    return "(?i)%s|://[^/@\\s]*:[^/@\\s]+@".formatted(KEYS);
  }

  /**
   * @param rest what follows {@code scheme://}
   */
  private static boolean hasCredentials(String scheme, String rest) {
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      int colon = authority.indexOf(':');
      return colon >= 0 && colon < at - 1;
    }
    // The brackets of an IPv6 address hold colons.
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    boolean bucket = scheme.toLowerCase(Locale.ROOT).matches("s3[an]?");
    return colon >= 0
        && rest.indexOf('@', colon) > 0
        && (bucket || !authority.substring(colon + 1).matches("[0-9]*"));
  }
}
