package org.bitlattice.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of {@code stage.json}: what a stage was computed from, by which version, and what
 * came of it. The file is written last; a stage folder without it is not complete.
 *
 * @param inputs what the result depends on
 * @param version version of Bitlattice
 * @param commit commit it was built from, or {@code unknown}
 * @param counts what was counted, by name
 * @param seconds wall-clock time of the stage
 */
public record StageRecord(
    StageInputs inputs,
    String version,
    String commit,
    SortedMap<String, Double> counts,
    double seconds) {

  public StageRecord {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }

  /** The record as JSON text. */
  public String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stage", inputs.stage());
    json.put("seed", inputs.seed());
    json.put("settings", new LinkedHashMap<>(inputs.settings()));
    json.put("settings-digest", inputs.settingsDigest());
    json.put("input-digests", new LinkedHashMap<>(inputs.digests()));
    json.put("digest", inputs.digest());
    json.put("version", version);
    json.put("commit", commit);
    json.put("counts", new LinkedHashMap<>(counts));
    json.put("seconds", seconds);
    return ConfigValueFactory.fromMap(json)
            .render(
                ConfigRenderOptions.defaults()
                    .setOriginComments(false)
                    .setComments(false)
                    .setJson(true))
        + "\n";
  }

  /**
   * Reads a record back.
   *
   * @param location where the text comes from, for messages
   * @throws IllegalArgumentException when the text is not a stage record, or was changed so that
   *     its digest no longer fits
   */
  public static StageRecord fromJson(String text, String location) {
    try {
      Config json =
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
      StageInputs inputs =
          new StageInputs(
              json.getString("stage"),
              json.getLong("seed"),
              texts(json, "settings"),
              texts(json, "input-digests"));
      if (!inputs.digest().equals(json.getString("digest"))) {
        throw new IllegalArgumentException(
            "%s: the digest does not fit the record's content; the file was changed by hand or damaged"
                .formatted(location));
      }
      TreeMap<String, Double> counts = new TreeMap<>();
      json.getObject("counts")
          .forEach((name, value) -> counts.put(name, ((Number) value.unwrapped()).doubleValue()));
      return new StageRecord(
          inputs,
          json.getString("version"),
          json.getString("commit"),
          counts,
          json.getDouble("seconds"));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "%s is not a stage record: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static SortedMap<String, String> texts(Config json, String key) {
    TreeMap<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : json.getObject(key).entrySet()) {
      texts.put(entry.getKey(), entry.getValue().unwrapped().toString());
    }
    return texts;
  }
}
