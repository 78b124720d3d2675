package org.bitlattice.it.scaling;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A standalone master and workers of one core each, processes of the distribution's own Spark.
 * Every worker has a loopback address of its own, so that Spark takes them for different machines.
 */
final class RecordingCluster implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";
  private static final long START_SECONDS = 60;

  /** Read by every Java launcher. */
  private static final String JAVA_OPTIONS = "JDK_JAVA_OPTIONS";

  /** What a Java on a machine of one core sees; a worker's executors inherit it. */
  private static final String ONE_CORE = "-XX:ActiveProcessorCount=1";

  private final Path distribution;
  private final Path folder;
  private final Confinement confinement;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts a cluster.
   *
   * @param distribution the assembled distribution
   * @param folder where logs and the workers' files go
   * @param confinement where the workers compute, which their executors inherit
   */
  RecordingCluster(Path distribution, Path folder, int workers, Confinement confinement)
      throws IOException {
    this.distribution = distribution;
    this.folder = Files.createDirectories(folder);
    this.confinement = confinement;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
      port = free.getLocalPort();
    }
    try {
      master();
      awaitMaster();
      for (int worker = 1; worker <= workers; worker++) {
        worker(worker);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The master's address as {@code --master} takes it. */
  String url() {
    return "spark://%s:%d".formatted(ADDRESS, port);
  }

  private void master() throws IOException {
    List<String> command =
        daemon("master.Master", "--host", ADDRESS, "--port", "" + port, "--webui-port", "0");
    processes.add(start(confinement.other(command), folder.resolve("master.log"), ""));
  }

  private void worker(int worker) throws IOException {
    List<String> command =
        daemon(
            "worker.Worker",
            "--host",
            "127.0.0." + (worker + 1),
            "--cores",
            "1",
            "--memory",
            "2g",
            "--webui-port",
            "0",
            "--work-dir",
            folder.resolve("work-" + worker).toString(),
            url());
    Path log = folder.resolve("worker-" + worker + ".log");
    processes.add(start(confinement.executor(worker, command), log, ONE_CORE));
  }

  private List<String> daemon(String main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                distribution.resolve("spark/bin/spark-class").toString(),
                "org.apache.spark.deploy." + main));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /**
   * Seconds of processor time of all executors: of those that ended, and of what others, which hang
   * in their shutdown, have used by then.
   */
  double executorSeconds() throws IOException, InterruptedException {
    double seconds = 0;
    for (Process worker : processes.subList(1, processes.size())) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (worker.children().findAny().isPresent() && System.nanoTime() < end) {
        Thread.sleep(100);
      }
      seconds += worker.children().mapToDouble(RecordingCluster::processorSeconds).sum();
      seconds += ProcessorTimes.endedChildren(worker.pid());
    }
    return seconds;
  }

  private static double processorSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(used -> used.toNanos() / 1e9).orElse(0.0);
  }

  /**
   * Runs the launcher to its end.
   *
   * @throws AssertionError with its messages, when it fails or takes longer than the limit
   */
  static void launch(Path log, long limitSeconds, List<String> command)
      throws IOException, InterruptedException {
    Process process = start(command, log, "");
    boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
    process.destroyForcibly();
    if (!ended || process.exitValue() != 0) {
      throw new AssertionError(
          "%s %s; its messages are:%n%s"
              .formatted(
                  command,
                  ended
                      ? "returned " + process.exitValue()
                      : "ran longer than " + limitSeconds + " s",
                  Files.readString(log)));
    }
  }

  private static Process start(List<String> command, Path log, String javaOptions)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().remove("SPARK_CONF_DIR");
    builder.environment().remove(JAVA_OPTIONS);
    if (!javaOptions.isEmpty()) {
      builder.environment().put(JAVA_OPTIONS, javaOptions);
    }
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private void awaitMaster() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(ADDRESS, port), 1000);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || !processes.get(0).isAlive()) {
          throw new IOException(
              "the master does not listen on port %d; its log is %s"
                  .formatted(port, folder.resolve("master.log")),
              e);
        }
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the master starts", e);
      }
    }
  }

  /** Ends the workers first: a worker that has lost its master tries to find it again. */
  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      Process process = processes.get(i);
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
