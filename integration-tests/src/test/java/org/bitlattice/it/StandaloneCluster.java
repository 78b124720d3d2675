package org.bitlattice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A standalone Spark cluster of real processes on loopback, started from the distribution: a
 * master, and workers that each offer some cores. All connections are authenticated and encrypted.
 */
final class StandaloneCluster implements AutoCloseable {
  /** Looked for in everything that a run writes. */
  static final String SECRET = "kept-between-the-processes-7f3a";

  private static final String EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  private static final long LIMIT_SECONDS = 60;

  /** What a driver says of an executor that it knew. */
  private static final String LOST = "TaskSchedulerImpl: Lost executor ";

  private static final long TOLD_SECONDS = 15;
  private static final int MOST_EXECUTORS = 5;

  private final Path folder;
  private final int port;
  private final int cores;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();

  private StandaloneCluster(Path folder, int workers, int cores) throws IOException {
    SmallExperiment.delete(folder);
    Files.createDirectories(folder.resolve("conf"));
    this.folder = folder;
    this.cores = cores;
    Files.writeString(
        folder.resolve("conf/spark-defaults.conf"),
        """
        spark.authenticate true
        spark.authenticate.secret %s
        spark.network.crypto.enabled true
        """
            .formatted(SECRET));
    this.port = freePort();
    this.master = start("master", "127.0.0.1", "master.Master", "--port", Integer.toString(port));
    await("master", "I have been elected leader");
    for (int i = 0; i < workers; i++) {
      startWorker();
    }
  }

  /**
   * Starts a cluster.
   *
   * @param name of its folder below {@code target}
   * @param workers number of workers
   * @param cores cores that each of them offers
   */
  static StandaloneCluster start(String name, int workers, int cores) {
    try {
      return new StandaloneCluster(
          Path.of("target", "standalone", name).toAbsolutePath(), workers, cores);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts a worker on a host of its own: Spark runs no second copy of a task on the same host. */
  void startWorker() {
    String name = "worker-" + workers.size();
    try {
      workers.add(
          start(
              name,
              "127.0.0." + (workers.size() + 1),
              "worker.Worker",
              "--cores",
              Integer.toString(cores),
              "--memory",
              "3g",
              "--work-dir",
              folder.resolve(name).toString(),
              url()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await(name, "Successfully registered with master");
  }

  private Process start(String name, String host, String main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Distribution.SPARK.resolve("bin/spark-class").toString(),
                "org.apache.spark.deploy." + main,
                "--host",
                host,
                "--webui-port",
                "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("SPARK_"));
    builder.environment().put("SPARK_CONF_DIR", folder.resolve("conf").toString());
    builder.environment().put("SPARK_LOCAL_IP", host);
    builder.environment().put("SPARK_DAEMON_MEMORY", "256m");
    builder
        .environment()
        .put("SPARK_DAEMON_JAVA_OPTS", "-Dlog4j2.configurationFile=" + logging().toUri());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Executors inherit it.
    builder.environment().put("JDK_JAVA_OPTIONS", SmallExperiment.SHORT_RUN);
    return builder.start();
  }

  /**
   * The daemons tell what they do only at the level that the distribution's own file leaves out.
   */
  private Path logging() throws IOException {
    Path file = folder.resolve("conf/log4j2-daemons.properties");
    if (!Files.exists(file)) {
      Files.writeString(
          file,
          """
          rootLogger.level = info
          rootLogger.appenderRef.stderr.ref = stderr
          appender.stderr.type = Console
          appender.stderr.name = stderr
          appender.stderr.target = SYSTEM_ERR
          appender.stderr.layout.type = PatternLayout
          appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
          """);
    }
    return file;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private void await(String name, String message) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    try {
      while (!Files.readString(log(name)).contains(message)) {
        if (System.nanoTime() > end) {
          throw new AssertionError(
              "%s never said \"%s\":%n%s".formatted(name, message, Files.readString(log(name))));
        }
        RunningLauncher.pause(50);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "spark://127.0.0.1:" + port;
  }

  /**
   * Properties that submit to this cluster: those of the shipped example, with what names this
   * cluster, its secret and small executors after them.
   */
  Path properties(String... more) {
    try {
      Path shipped = Distribution.HOME.resolve("bin/conf/standalone.properties");
      Path file = Files.createTempFile(folder, "submit", ".properties");
      Files.writeString(
          file,
          Files.readString(shipped)
              + """

              spark.master %s
              spark.authenticate.secret %s
              spark.driver.memory 1g
              spark.executor.memory 1g
              spark.executor.cores 1
              spark.cores.max 2
              spark.driver.host 127.0.0.1
              """
                  .formatted(url(), SECRET)
              + String.join("\n", more)
              + "\n");
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processes of the executors, waiting until there is one. */
  List<ProcessHandle> executors() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (System.nanoTime() < end) {
      List<ProcessHandle> executors =
          workers.stream()
              .flatMap(worker -> worker.toHandle().descendants())
              .filter(ProcessHandle::isAlive)
              .filter(StandaloneCluster::isExecutor)
              .toList();
      if (!executors.isEmpty()) {
        return executors;
      }
      RunningLauncher.pause(20);
    }
    throw new AssertionError("no executor was started within %d s".formatted(LIMIT_SECONDS));
  }

  private static boolean isExecutor(ProcessHandle process) {
    return process
        .info()
        .arguments()
        .map(arguments -> List.of(arguments).contains(EXECUTOR))
        .orElse(false);
  }

  /**
   * Kills one of the executors, with {@code kill -9}, and waits until the driver says that it has
   * lost one. One that was about to start is no loss to the driver; then another one is killed.
   */
  void killExecutor(Random random, RunningLauncher driver) {
    long lost = driver.count(LOST);
    for (int i = 0; i < MOST_EXECUTORS; i++) {
      List<ProcessHandle> executors = executors();
      ProcessHandle executor = executors.get(random.nextInt(executors.size()));
      executor.destroyForcibly();
      executor.onExit().join();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TOLD_SECONDS);
      while (System.nanoTime() < end) {
        if (driver.count(LOST) > lost) {
          return;
        }
        RunningLauncher.pause(20);
      }
    }
    throw new AssertionError(
        "the driver did not say \"%s\" after %d kills:%n%s"
            .formatted(LOST, MOST_EXECUTORS, driver.errors()));
  }

  /**
   * Kills one of the workers that live, with {@code kill -9}; its executors see that and end
   * themselves.
   */
  void killWorker(Random random) {
    List<Process> living = workers.stream().filter(Process::isAlive).toList();
    Process worker = living.get(random.nextInt(living.size()));
    worker.destroyForcibly();
    worker.onExit().join();
  }

  /** What the drivers that ran inside the cluster wrote to standard error. */
  String driverMessages() {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*/driver-[0-9-]+/stderr")).toList()) {
        all.append(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }

  @Override
  public void close() {
    for (Process process : workers) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    master.destroyForcibly();
  }
}
