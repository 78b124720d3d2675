package org.bitlattice.it.scaling;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an event log of Spark 3.5: one JSON object a line, uncompressed, in one file. Broadcasts
 * are in it only when it was written with {@code spark.eventLog.logBlockUpdates.enabled=true}.
 */
final class EventLog {
  private static final Pattern EVENT = Pattern.compile("\\{\"Event\":\"SparkListener(\\w+)\".*");
  private static final ConfigParseOptions JSON =
      ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON);

  private EventLog() {}

  /**
   * Reads a log line by line.
   *
   * @throws IllegalArgumentException with the line, when the log is cut off or of another form
   */
  static RecordedRun read(Path log) throws IOException {
    RunBuilder run = new RunBuilder();
    int number = 0;
    try (BufferedReader lines = Files.newBufferedReader(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        try {
          read(line, run);
        } catch (RuntimeException e) {
          throw new IllegalArgumentException(
              "%s:%d: cannot read the event: %s".formatted(log, number, e.getMessage()), e);
        }
      }
    }
    try {
      return run.finish();
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("%s: %s".formatted(log, e.getMessage()), e);
    }
  }

  /** Most lines are of events that say nothing here, so the name is looked at before the JSON. */
  private static void read(String line, RunBuilder run) {
    Matcher matcher = EVENT.matcher(line);
    if (!matcher.matches()) {
      return;
    }
    switch (matcher.group(1)) {
      case "ApplicationStart" -> run.applicationStarted(millis(json(line), "Timestamp"));
      case "ApplicationEnd" -> run.applicationEnded(millis(json(line), "Timestamp"));
      case "ExecutorAdded" ->
          run.executorAdded(json(line).getInt(path("Executor Info", "Total Cores")));
      case "JobStart" -> jobStarted(json(line), run);
      case "JobEnd" ->
          run.jobEnded(json(line).getInt(path("Job ID")), millis(json(line), "Completion Time"));
      case "StageSubmitted" ->
          run.stageSubmitted(json(line).getInt(path("Stage Info", "Stage ID")));
      case "TaskEnd" -> taskEnded(json(line), run);
      case "BlockUpdated" -> blockUpdated(line, run);
      default -> {}
    }
  }

  private static void jobStarted(Config event, RunBuilder run) {
    String description = path("Properties", "spark.job.description");
    run.jobStarted(
        event.getInt(path("Job ID")),
        event.hasPath(description) ? event.getString(description) : "",
        millis(event, "Submission Time"));
    for (Config stage : event.getConfigList(path("Stage Infos"))) {
      run.stageOfJob(stage.getInt(path("Stage ID")), stage.getIntList(path("Parent IDs")));
    }
  }

  private static void taskEnded(Config event, RunBuilder run) {
    if (!event.getString(path("Task End Reason", "Reason")).equals("Success")) {
      return;
    }
    Config info = event.getConfig(path("Task Info"));
    Config metrics = event.getConfig(path("Task Metrics"));
    double finished = millis(info, "Finish Time");
    double fetching = millis(info, "Getting Result Time");
    run.taskEnded(
        event.getInt(path("Stage ID")),
        new RecordedTask(
            info.getString(path("Executor ID")),
            millis(info, "Launch Time"),
            fetching > 0 ? fetching : finished,
            finished,
            computed(metrics),
            bytes(metrics)));
  }

  private static RecordedTask.Computed computed(Config metrics) {
    return new RecordedTask.Computed(
        millis(metrics, "Executor Deserialize Time")
            + millis(metrics, "Executor Run Time")
            + millis(metrics, "Result Serialization Time"),
        (metrics.getLong(path("Executor Deserialize CPU Time"))
                + metrics.getLong(path("Executor CPU Time")))
            / 1e9);
  }

  private static RecordedTask.Bytes bytes(Config metrics) {
    return new RecordedTask.Bytes(
        metrics.getLong(path("Result Size")),
        metrics.getLong(path("Input Metrics", "Bytes Read")),
        metrics.getLong(path("Shuffle Read Metrics", "Remote Bytes Read"))
            + metrics.getLong(path("Shuffle Read Metrics", "Local Bytes Read")),
        metrics.getLong(path("Shuffle Write Metrics", "Shuffle Bytes Written")));
  }

  /**
   * A piece of a broadcast stored by the driver. The same event, with a level that uses nothing,
   * tells that it was removed.
   */
  private static void blockUpdated(String line, RunBuilder run) {
    if (!line.contains("\"Block ID\":\"broadcast_")
        || !line.contains("\"Executor ID\":\"driver\"")) {
      return;
    }
    Config block = json(line).getConfig(path("Block Updated Info"));
    if (block.getBoolean(path("Storage Level", "Use Memory"))
        || block.getBoolean(path("Storage Level", "Use Disk"))) {
      run.broadcastStored(block.getLong(path("Memory Size")) + block.getLong(path("Disk Size")));
    }
  }

  private static Config json(String line) {
    return ConfigFactory.parseString(line, JSON);
  }

  /** A time in seconds. */
  private static double millis(Config event, String name) {
    return event.getLong(path(name)) / 1e3;
  }

  private static String path(String... names) {
    return com.typesafe.config.ConfigUtil.joinPath(names);
  }
}
