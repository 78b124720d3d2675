package org.bitlattice.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads typed values of one configuration section and remembers which keys were read, so that what
 * is left over can be reported as unknown. Problems are collected, not thrown: a value that cannot
 * be read is replaced by a harmless one and the caller stops once everything has been looked at.
 */
final class SettingsReader {
  private final Config config;
  private final String prefix;
  private final Set<String> known;
  private final List<String> problems;

  SettingsReader(Config config) {
    this(config, "", new TreeSet<>(), new ArrayList<>());
  }

  private SettingsReader(Config config, String prefix, Set<String> known, List<String> problems) {
    this.config = config;
    this.prefix = prefix;
    this.known = known;
    this.problems = problems;
  }

  /** Reader of another config whose keys are reported below {@code path}; shares the problems. */
  SettingsReader at(String path, Config section) {
    return new SettingsReader(section, prefix + path + ".", known, problems);
  }

  /**
   * Reader of a sub-section that may be absent. Where a value stands instead of a section, that is
   * the one problem: what the section lacks is not listed.
   */
  SettingsReader section(String path) {
    if (!config.hasPath(path)) {
      return at(path, ConfigFactory.empty());
    }
    if (config.getValue(path).valueType() == ConfigValueType.OBJECT) {
      return at(path, config.getConfig(path));
    }
    known.add(prefix + path);
    problem(
        path,
        "is \"" + config.getValue(path).unwrapped() + "\"",
        "a section with settings of its own");
    return new SettingsReader(ConfigFactory.empty(), prefix + path + ".", known, new ArrayList<>());
  }

  /**
   * Readers of the sections in a list, which report keys as {@code list[0].key}. What they leave
   * unread each reports itself ({@link #reportUnknown()}).
   */
  List<SettingsReader> sections(String key) {
    List<? extends Config> sections =
        read(key, "a list of sections", List.of(), () -> config.getConfigList(key));
    List<SettingsReader> readers = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      readers.add(at("%s[%d]".formatted(key, i), sections.get(i)));
    }
    return readers;
  }

  /** This section, with the values of another one where it has none. */
  SettingsReader withFallback(SettingsReader other) {
    return new SettingsReader(config.withFallback(other.config), prefix, known, problems);
  }

  List<String> problems() {
    return problems;
  }

  boolean has(String key) {
    return config.hasPath(key);
  }

  String text(String key) {
    return read(key, "a text", "", () -> config.getString(key));
  }

  /** A text that must not be empty. */
  String requiredText(String key) {
    String value = text(key);
    if (value.isBlank() && config.hasPath(key)) {
      problem(key, "is empty", "a text that is not empty");
    }
    return value;
  }

  int integer(String key, int minimum, int maximum) {
    String allowed = "a whole number from %d to %d".formatted(minimum, maximum);
    long value = read(key, allowed, (long) minimum, () -> whole(key));
    if (value < minimum || value > maximum) {
      problem(key, "is " + value, allowed);
      return minimum;
    }
    return (int) value;
  }

  long integer64(String key) {
    return read(key, "a whole number", 0L, () -> whole(key));
  }

  /** The library cuts off the fraction of a number that is asked for as a whole one. */
  private long whole(String key) {
    long value = config.getLong(key);
    if (value != config.getDouble(key)) {
      throw new ConfigException.BadValue(key, "is not a whole number");
    }
    return value;
  }

  double number(String key, double minimum, double maximum) {
    String allowed = "a number from %s to %s".formatted(plain(minimum), plain(maximum));
    double value = read(key, allowed, minimum, () -> config.getDouble(key));
    if (!(value >= minimum && value <= maximum)) {
      problem(key, "is " + value, allowed);
      return minimum;
    }
    return value;
  }

  List<Integer> integers(String key, String allowed) {
    return read(key, allowed, List.of(), () -> config.getIntList(key));
  }

  List<Double> numbers(String key, String allowed) {
    return read(key, allowed, List.of(), () -> config.getDoubleList(key));
  }

  List<String> texts(String key) {
    return read(key, "a list of texts", List.of(), () -> config.getStringList(key));
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    E[] constants = type.getEnumConstants();
    String allowed =
        "one of "
            + Arrays.stream(constants)
                .map(SettingsReader::written)
                .collect(Collectors.joining(", "));
    String value = read(key, allowed, "", () -> config.getString(key));
    for (E constant : constants) {
      if (written(constant).equals(value)) {
        return constant;
      }
    }
    if (!value.isEmpty()) {
      problem(key, "is \"" + value + "\"", allowed);
    }
    return constants[0];
  }

  static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Marks a key as known without reading it. */
  void ignore(String key) {
    known.add(prefix + key);
  }

  /** Notes that the value of a key is wrong. */
  void problem(String key, String seen, String allowed) {
    problems.add("%s%s %s; allowed: %s%s".formatted(prefix, key, seen, allowed, origin(key)));
  }

  private interface Getter<T> {
    T value();
  }

  private <T> T read(String key, String allowed, T otherwise, Getter<T> getter) {
    known.add(prefix + key);
    try {
      return getter.value();
    } catch (ConfigException.Missing e) {
      problems.add("%s%s is missing; allowed: %s".formatted(prefix, key, allowed));
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      Object seen = config.getValue(key).unwrapped();
      problem(key, "is \"" + seen + "\"", allowed);
    }
    return otherwise;
  }

  private String origin(String key) {
    if (!config.hasPath(key)) {
      return "";
    }
    ConfigValue value = config.getValue(key);
    return " (%s)".formatted(value.origin().description());
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** Adds a problem for every key of this section that nobody has read. */
  void reportUnknown() {
    reportUnknown(config);
  }

  /**
   * Adds a problem for every key of a config, with keys as in this section, that nobody has read.
   */
  void reportUnknown(Config whole) {
    for (Map.Entry<String, ConfigValue> entry : whole.entrySet()) {
      String path = prefix + String.join(".", ConfigUtil.splitPath(entry.getKey()));
      if (!isKnown(path)) {
        problems.add(
            "%s is not a setting%s (%s)"
                .formatted(path, suggestion(path), entry.getValue().origin().description()));
      }
    }
  }

  private boolean isKnown(String path) {
    return known.contains(path);
  }

  private String suggestion(String path) {
    String best = null;
    int bestDistance = Math.max(2, path.length() / 4);
    for (String candidate : known) {
      int distance = editDistance(path, candidate);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return best == null
        ? "; configs/reference.conf lists all settings"
        : "; did you mean " + best + "?";
  }

  private static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
