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

/** A standalone master and workers of one core each, processes of the distribution's own Spark. */
final class RecordingCluster implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";
  private static final long START_SECONDS = 60;

  private final Path distribution;
  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts a cluster.
   *
   * @param distribution the assembled distribution
   * @param folder where logs and the workers' files go
   */
  RecordingCluster(Path distribution, Path folder, int workers) throws IOException {
    this.distribution = distribution;
    this.folder = Files.createDirectories(folder);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
      port = free.getLocalPort();
    }
    try {
      daemon("master", "--host", ADDRESS, "--port", String.valueOf(port), "--webui-port", "0");
      awaitMaster();
      for (int worker = 1; worker <= workers; worker++) {
        daemon("worker-" + worker, workerArguments(worker));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  String master() {
    return "spark://%s:%d".formatted(ADDRESS, port);
  }

  private String[] workerArguments(int worker) {
    return new String[] {
      "--host",
      ADDRESS,
      "--cores",
      "1",
      "--memory",
      "2g",
      "--webui-port",
      "0",
      "--work-dir",
      folder.resolve("work-" + worker).toString(),
      master()
    };
  }

  private void daemon(String name, String... arguments) throws IOException {
    String main = name.equals("master") ? "master.Master" : "worker.Worker";
    List<String> command =
        new ArrayList<>(
            List.of(
                distribution.resolve("spark/bin/spark-class").toString(),
                "org.apache.spark.deploy." + main));
    command.addAll(Arrays.asList(arguments));
    processes.add(start(command, folder.resolve(name + ".log")));
  }

  /**
   * Runs the launcher to its end.
   *
   * @throws AssertionError with its messages, when it fails or takes longer than the limit
   */
  static void launch(Path distribution, Path log, long limitSeconds, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(distribution.resolve("bin/bitlattice").toString());
    command.addAll(arguments);
    Process process = start(command, log);
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

  private static Process start(List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().remove("SPARK_CONF_DIR");
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
