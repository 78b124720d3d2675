package org.bitlattice.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads an experiment's configuration: {@code reference.conf} below the experiment's file below the
 * command line's {@code --set} values.
 */
public final class ExperimentLoader {
  private static final Pattern HOCON_VALUE =
      Pattern.compile("(?s)[\\[{\"].*|\\$\\{.*|true|false|null|[-+]?[0-9.]+([eE][-+]?[0-9]+)?");

  private ExperimentLoader() {}

  /**
   * Parses a configuration.
   *
   * @param reference text of {@code reference.conf}
   * @param experiment text of the experiment's file
   * @param source name of the experiment's file, for messages
   * @param overrides {@code key=value} of the command line, the later one wins
   * @throws SettingsException listing everything that is wrong: syntax, unknown keys (with a
   *     suggestion), missing keys, values out of range, and where each stands; or, before all that,
   *     every address with credentials, which are not repeated
   */
  public static ExperimentSettings load(
      String reference, String experiment, String source, List<String> overrides) {
    List<String> problems = new ArrayList<>();
    Config merged = overrides(overrides, problems);
    try {
      merged =
          merged
              .withFallback(parse(experiment, source))
              .withFallback(parse(reference, "reference.conf"))
              .resolve(ConfigResolveOptions.noSystem());
    } catch (ConfigException e) {
      throw new SettingsException(source, List.of(e.getMessage()));
    }
    List<String> credentials = credentials(merged);
    if (!credentials.isEmpty()) {
      throw new SettingsException(source, credentials);
    }
    SettingsReader reader = new SettingsReader(merged);
    ExperimentSettings settings = new ExperimentSections(reader, merged).read();
    reader.reportUnknown(merged);
    problems.addAll(reader.problems());
    if (!problems.isEmpty()) {
      throw new SettingsException(source, problems);
    }
    return settings;
  }

  /** A problem for every value with credentials: whatever is set here is written to records. */
  private static List<String> credentials(Config merged) {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> entry : merged.entrySet()) {
      String value = String.valueOf(entry.getValue().unwrapped());
      if (Secrets.standIn(value)) {
        problems.add(
            "%s is \"%s\", an address with credentials; allowed: an address without them (docs/cluster.md says where they belong) (%s)"
                .formatted(
                    String.join(".", ConfigUtil.splitPath(entry.getKey())),
                    Secrets.hidden(value),
                    entry.getValue().origin().description()));
      }
    }
    problems.sort(null);
    return problems;
  }

  private static Config parse(String text, String source) {
    return ConfigFactory.parseString(
        text,
        ConfigParseOptions.defaults()
            .setOriginDescription(source)
            .setAllowMissing(false)
            .setIncluder(new NoIncludes()));
  }

  /** A file that is included would be looked for beside the jar, and silently not be found. */
  private static final class NoIncludes implements ConfigIncluder {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw new ConfigException.Generic(
          "include \"%s\": a configuration is one file; put the settings here or give them by --set"
              .formatted(what));
    }
  }

  private static Config overrides(List<String> overrides, List<String> problems) {
    Config merged = ConfigFactory.empty();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals <= 0) {
        problems.add("--set %s is not key=value".formatted(override));
        continue;
      }
      try {
        merged =
            override(override.substring(0, equals).trim(), override.substring(equals + 1))
                .withFallback(merged);
      } catch (ConfigException e) {
        // The key says which it is; the value may be a secret that was meant for Spark.
        problems.add(
            Secrets.isSecret(override.substring(0, equals))
                ? "--set %s cannot be read".formatted(override.substring(0, equals))
                : "--set %s: %s".formatted(override, e.getMessage()));
      }
    }
    return merged;
  }

  /**
   * Numbers, truth values, lists, objects, quoted texts and substitutions are read as HOCON;
   * everything else is text as it stands, so that a path may hold {@code //} or {@code #}.
   */
  private static Config override(String key, String value) {
    ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription("--set " + key);
    boolean hocon = HOCON_VALUE.matcher(value.trim()).matches();
    String quoted = '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    return ConfigFactory.parseString(key + " = " + (hocon ? value : quoted), options);
  }
}
