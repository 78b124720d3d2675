package org.bitlattice.settings;

import java.util.List;

/**
 * One or more settings are wrong; the message lists every problem on a line of its own, and hides
 * credentials in addresses.
 */
public final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  SettingsException(String source, List<String> problems) {
    super(
        Secrets.hidden(
            "%s: %d %s\n  %s"
                .formatted(
                    source,
                    problems.size(),
                    problems.size() == 1 ? "setting is wrong" : "settings are wrong",
                    String.join("\n  ", problems))));
    this.problems = problems.stream().map(Secrets::hidden).toList();
  }

  /** The problems, one sentence each. */
  public List<String> problems() {
    return problems;
  }
}
