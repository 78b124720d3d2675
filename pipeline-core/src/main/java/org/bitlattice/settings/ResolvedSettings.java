package org.bitlattice.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration after defaults and overrides, as flat paths and values.
 *
 * @param values value of each path, in HOCON notation
 */
public record ResolvedSettings(SortedMap<String, String> values) {
  private static final String HIDDEN = "\"(hidden)\"";

  public ResolvedSettings {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  static ResolvedSettings of(Config config) {
    TreeMap<String, String> values = new TreeMap<>();
    config
        .entrySet()
        .forEach(
            entry -> {
              String path = String.join(".", ConfigUtil.splitPath(entry.getKey()));
              values.put(path, entry.getValue().render(ConfigRenderOptions.concise()));
            });
    return new ResolvedSettings(values);
  }

  /** The values whose path is one of, or lies below one of, the given paths. */
  public SortedMap<String, String> below(String... paths) {
    TreeMap<String, String> selected = new TreeMap<>();
    values.forEach(
        (path, value) -> {
          for (String wanted : paths) {
            if (path.equals(wanted) || path.startsWith(wanted + ".")) {
              selected.put(path, value);
            }
          }
        });
    return selected;
  }

  /** All values as a configuration file; those of keys that name a secret are hidden. */
  public String render() {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (path, value) ->
            text.append(quoted(path))
                .append(" = ")
                .append(Secrets.isSecret(path) ? HIDDEN : value)
                .append('\n'));
    return text.toString();
  }

  private static String quoted(String path) {
    return ConfigUtil.joinPath(path.split("\\."));
  }
}
