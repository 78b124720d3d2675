package org.bitlattice.settings;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.allocation.Budget;
import org.bitlattice.settings.SystemSettings.Method;

/**
 * The experiment that compresses a model: its baseline is that model, its systems are the baseline
 * and one of mixed precision. Everything else is as in {@code reference.conf}.
 *
 * @param output folder of the experiment
 * @param model folder of the model in full precision
 * @param train path of the training text, one sentence a line
 * @param dev path of the dev text
 * @param eval path of the eval text
 * @param method how the weights are made
 * @param budget the size
 */
public record CompressionConfig(
    String output,
    String model,
    String train,
    String dev,
    String eval,
    Method method,
    Budget budget) {
  /** Name of the system in full precision. */
  public static final String BASELINE = "fp32";

  /** Name of the compressed system. */
  public static final String SYSTEM = "compressed";

  private static final String SOURCE = "bitlattice compress";

  /** What the command line says by options of its own. */
  private static final List<String> OWN =
      List.of(
          "output",
          "baseline.import",
          "corpus.train",
          "corpus.dev",
          "corpus.eval",
          "corpus.line-format",
          "corpus.vocabulary-file",
          "scores.baseline",
          "systems." + BASELINE,
          "systems." + SYSTEM + ".method",
          "systems." + SYSTEM + ".precision",
          "systems." + SYSTEM + ".sources",
          "systems." + SYSTEM + ".budget");

  /**
   * The settings of the experiment.
   *
   * @param reference text of {@code reference.conf}
   * @param overrides {@code key=value} of the command line
   * @throws SettingsException listing everything that is wrong, and every override of what the
   *     command itself sets
   */
  public ExperimentSettings load(String reference, List<String> overrides) {
    List<String> problems = new ArrayList<>();
    for (String override : overrides) {
      requireFree(override, problems);
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(SOURCE, problems);
    }
    return ExperimentLoader.load(reference, text(), SOURCE, overrides);
  }

  /** The configuration as text that the loader reads; whatever a path holds is quoted. */
  private String text() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("output", output);
    values.put("baseline.import", model);
    values.put("corpus.train", train);
    values.put("corpus.dev", dev);
    values.put("corpus.eval", eval);
    values.put("systems." + BASELINE + ".method", SettingsReader.written(Method.FULL_PRECISION));
    system().forEach((key, value) -> values.put("systems.%s.%s".formatted(SYSTEM, key), value));
    return ConfigFactory.parseMap(values, SOURCE).root().render(ConfigRenderOptions.concise());
  }

  /**
   * The compressed system. Rows of a matrix that are words of similar frequency share a precision,
   * and every row has its scale: on AMI that is best by far of what needs no training
   * (docs/results/low-bit-study.md). A few whole models are tried, and the same precision
   * everywhere among them. Systems that train are trained as the best one there.
   */
  private Map<String, Object> system() {
    Map<String, Object> system = new LinkedHashMap<>();
    system.put("method", SettingsReader.written(method));
    system.put("precision", "best");
    system.put("sources", List.of("kl", "uniform"));
    system.put("candidates.count", 4);
    system.put("candidates.sentences", 800);
    system.put("scope", "row");
    system.put("scale-format", "fp16");
    system.put("word-blocks", List.of(64, 256, 1024));
    if (budget instanceof Budget.Bytes bytes) {
      system.put("budget.bytes", bytes.bytes());
    } else if (budget instanceof Budget.Ratio ratio) {
      system.put("budget.ratio", withinRange(ratio.ratio()));
    } else if (budget instanceof Budget.AverageBits average) {
      system.put("budget.average-bits", withinRange(average.bits()));
    }
    if (method == Method.STRAIGHT_THROUGH) {
      system.put("low-bit-training.rounds", 8);
      system.put("low-bit-training.averagings-per-round", 26);
      system.put("low-bit-training.learning-rate-decay", "linear");
      system.put("low-bit-training.dropout", 0.1);
      system.put("low-bit-training.distillation", 0.5);
    }
    return system;
  }

  /**
   * Settings allow 1 to 32, which is all that can be reached; that a budget beyond cannot, the
   * caller finds by the budget itself, with the nearest one that can.
   */
  private static double withinRange(double value) {
    return Math.max(1, Math.min(32, value));
  }

  private static void requireFree(String override, List<String> problems) {
    int equals = override.indexOf('=');
    if (equals <= 0) {
      return;
    }
    String key;
    try {
      key = String.join(".", ConfigUtil.splitPath(override.substring(0, equals).trim()));
    } catch (ConfigException e) {
      // The loader says what is wrong with it.
      return;
    }
    OWN.stream()
        .filter(own -> own.equals(key) || key.startsWith(own + ".") || own.startsWith(key + "."))
        .findFirst()
        .ifPresent(
            own ->
                problems.add(
                    "--set %s: %s follows from the options of this command; allowed: other settings"
                        .formatted(key, own)));
  }
}
