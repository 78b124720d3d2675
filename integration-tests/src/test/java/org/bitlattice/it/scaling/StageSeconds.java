package org.bitlattice.it.scaling;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Seconds of each stage of an experiment, as its {@code stage.json} files have them. */
final class StageSeconds {
  private StageSeconds() {}

  static Map<String, Double> of(Path experiment) throws IOException {
    List<Path> records;
    try (Stream<Path> files = Files.walk(experiment)) {
      records = files.filter(file -> file.endsWith("stage.json")).toList();
    }
    Map<String, Double> seconds = new TreeMap<>();
    for (Path file : records) {
      Config record = ConfigFactory.parseFile(file.toFile());
      seconds.put(record.getString("stage"), record.getDouble("seconds"));
    }
    return seconds;
  }
}
