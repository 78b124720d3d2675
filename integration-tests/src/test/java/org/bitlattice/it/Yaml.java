package org.bitlattice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/**
 * The keys of a YAML file that are not inside a list, with the text that follows each. Enough for
 * an example of ours, which is indented by two spaces and has one key a line.
 */
final class Yaml {
  private record Open(int indent, String key) {}

  private final Map<String, String> values = new LinkedHashMap<>();

  private Yaml() {}

  static Yaml read(Path file) throws IOException {
    Yaml yaml = new Yaml();
    Deque<Open> open = new ArrayDeque<>();
    int list = Integer.MAX_VALUE;
    for (String line : Files.readAllLines(file)) {
      String text = line.strip();
      int indent = line.indexOf(text);
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (line.contains("\t") || indent % 2 != 0) {
        throw new IllegalArgumentException("\"%s\" is not indented by twos".formatted(line));
      }
      list =
          text.startsWith("-") ? Math.min(list, indent) : indent >= list ? list : Integer.MAX_VALUE;
      int colon = text.indexOf(':');
      if (list != Integer.MAX_VALUE || colon < 0) {
        continue;
      }
      while (!open.isEmpty() && open.peekLast().indent() >= indent) {
        open.removeLast();
      }
      open.addLast(new Open(indent, text.substring(0, colon)));
      String path = open.stream().map(Open::key).collect(Collectors.joining("."));
      if (yaml.values.put(path, text.substring(colon + 1).strip()) != null) {
        throw new IllegalArgumentException(path + " stands there twice");
      }
    }
    return yaml;
  }

  /** What follows a key, whose path is written with dots. */
  String value(String path) {
    String value = values.get(path);
    if (value == null) {
      throw new NoSuchElementException("there is no " + path + " in " + values.keySet());
    }
    return value;
  }
}
