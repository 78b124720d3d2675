package org.bitlattice.lm;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A JSON object read strictly: a field has the asked type and lies within bounds, or an {@link
 * IllegalArgumentException} names the document, the field, the value and what is allowed. Fields
 * that nobody expects and fields given twice are errors.
 */
public final class JsonObject {
  /** Deepest nesting that is parsed; our documents need 4, and the parser recurses. */
  private static final int MAX_DEPTH = 32;

  private final ConfigObject fields;
  private final String location;
  private final String path;

  private JsonObject(ConfigObject fields, String location, String path) {
    this.fields = fields;
    this.location = location;
    this.path = path;
  }

  /**
   * Parses a document.
   *
   * @param utf8 the document, an object at its top
   * @param location where it comes from, for messages
   * @throws IllegalArgumentException when it is not valid UTF-8 or JSON, or not an object
   */
  public static JsonObject parse(byte[] utf8, String location) {
    try {
      return parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString(), location);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("%s: not valid UTF-8".formatted(location), e);
    }
  }

  /**
   * Parses a document that is text already.
   *
   * @throws IllegalArgumentException as {@link #parse(byte[], String)} does
   */
  public static JsonObject parse(String text, String location) {
    requireShallow(text, location);
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.JSON)
            .setAllowMissing(false)
            .setOriginDescription(location);
    try {
      return new JsonObject(ConfigFactory.parseString(text, options).root(), location, "");
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "%s: not a valid JSON object: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static void requireShallow(String text, String location) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      if (depth > MAX_DEPTH) {
        throw new IllegalArgumentException(
            "%s: JSON nested deeper than %d levels".formatted(location, MAX_DEPTH));
      }
    }
  }

  /** A string as a JSON literal, quoted and escaped. */
  public static String quote(String text) {
    return ConfigUtil.quoteString(text);
  }

  /** Names of the fields, sorted. */
  public Set<String> keys() {
    return new TreeSet<>(fields.keySet());
  }

  /**
   * Refuses fields beside the named ones.
   *
   * @throws IllegalArgumentException naming all of them and what is allowed
   */
  public void allowOnly(String... allowed) {
    Set<String> unknown = keys();
    unknown.removeAll(Set.of(allowed));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s has the unknown fields %s; allowed are %s"
              .formatted(location, here(), unknown, new TreeSet<>(Set.of(allowed))));
    }
  }

  /** A field that is an object. */
  public JsonObject object(String key) {
    ConfigValue value = typed(key, ConfigValueType.OBJECT, "an object");
    return new JsonObject((ConfigObject) value, location, pathOf(key));
  }

  /** A field that is a string. */
  public String text(String key) {
    return (String) typed(key, ConfigValueType.STRING, "a string").unwrapped();
  }

  /** A field that is an integer within bounds, both included. */
  public long integer(String key, long minimum, long maximum) {
    return wholeNumber(
        typed(key, ConfigValueType.NUMBER, "an integer").unwrapped(),
        pathOf(key),
        minimum,
        maximum);
  }

  /** A field that is an integer within bounds, both included. */
  public int integer(String key, int minimum, int maximum) {
    return Math.toIntExact(integer(key, (long) minimum, (long) maximum));
  }

  /** A field that is a number. */
  public double number(String key) {
    return ((Number) typed(key, ConfigValueType.NUMBER, "a number").unwrapped()).doubleValue();
  }

  /** A field that is an array of integers, each within bounds, both included. */
  public List<Long> integers(String key, long minimum, long maximum) {
    List<Long> integers = new ArrayList<>();
    List<?> values = (List<?>) typed(key, ConfigValueType.LIST, "an array").unwrapped();
    for (int i = 0; i < values.size(); i++) {
      integers.add(wholeNumber(values.get(i), pathOf(key) + "[" + i + "]", minimum, maximum));
    }
    return integers;
  }

  /** Where a field stands, for messages: the document and the field's path. */
  public String where(String key) {
    return location + ": " + pathOf(key);
  }

  private long wholeNumber(Object value, String at, long minimum, long maximum) {
    boolean whole = value instanceof Integer || value instanceof Long;
    long number = whole ? ((Number) value).longValue() : 0;
    if (!whole || number < minimum || number > maximum) {
      throw new IllegalArgumentException(
          "%s: %s is %s; it must be an integer from %d to %d"
              .formatted(location, at, value, minimum, maximum));
    }
    return number;
  }

  private ConfigValue typed(String key, ConfigValueType type, String description) {
    ConfigValue value = fields.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "%s: %s is missing; it must be %s".formatted(location, pathOf(key), description));
    }
    if (value.valueType() != type) {
      throw new IllegalArgumentException(
          "%s: %s is %s; it must be %s"
              .formatted(location, pathOf(key), value.render(), description));
    }
    return value;
  }

  private String here() {
    return path.isEmpty() ? "the document" : path;
  }

  private String pathOf(String key) {
    return path.isEmpty() ? quote(key) : path + "." + quote(key);
  }
}
