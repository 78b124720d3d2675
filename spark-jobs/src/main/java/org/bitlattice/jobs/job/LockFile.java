package org.bitlattice.jobs.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file of an {@link OutputLock}: one line that names the owner and counts its beats. */
final class LockFile {
  static final String NAME = "run.lock";

  /** Enough for any line that we write; what is longer was not written by us. */
  private static final int MOST_BYTES = 4096;

  private static final long SETTLING_MILLIS = 2_000;

  private final HadoopFolder folder;

  LockFile(HadoopFolder folder) {
    this.folder = folder;
  }

  HadoopFolder folder() {
    return folder;
  }

  /** Creates the file; false when there is one. */
  boolean create(Owner owner) throws IOException {
    return folder.createNew(NAME, bytes(owner, 0));
  }

  /** The content as it is now; empty when there is no file. */
  Optional<String> content() throws IOException {
    try (InputStream in = folder.open(NAME)) {
      return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the file is there and names no other owner. An empty one counts as the owner's: a beat
   * that finds no room on a full disk leaves it so.
   */
  boolean isOf(Owner owner) throws IOException {
    Optional<String> content = content();
    return content.isPresent()
        && content.flatMap(Owner::parse).filter(found -> !found.equals(owner)).isEmpty();
  }

  /** Replaces the content without a moment in which there is no file. */
  void write(Owner owner, long beat) throws IOException {
    try (OutputStream out = folder.create(NAME)) {
      out.write(bytes(owner, beat));
    }
  }

  void delete() {
    folder.delete(NAME);
  }

  void deleteIfStill(String content) throws IOException {
    if (content().filter(content::equals).isPresent()) {
      delete();
    }
  }

  /** Where creation is not atomic (object stores), waits until a rival's file would be seen. */
  void settle() throws InterruptedException {
    if (!folder.createsAtomically()) {
      Thread.sleep(SETTLING_MILLIS);
    }
  }

  private static byte[] bytes(Owner owner, long beat) {
    return "%s beat %d\n".formatted(owner.written(), beat).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return folder.location(NAME);
  }

  /**
   * A process that holds a lock.
   *
   * @param token differs between any two runs
   * @param host name of its host
   * @param processes the space in which its process number is unique; empty where that is unknown
   * @param process its number
   * @param birth when the process began, in clock ticks since the machine started, which no change
   *     of a clock can touch; 0 where that is unknown
   * @param started when the lock was asked for, in milliseconds since 1970; for people
   */
  record Owner(
      String token, String host, String processes, long process, long birth, long started) {
    /** Of the fields behind the program's name in Linux' {@code /proc/N/stat}: the start time. */
    private static final int START_TIME = 19;

    private static final Pattern WRITTEN =
        Pattern.compile(
            "run (\\S+) host (\\S+) processes (\\S*) process (\\d{1,18}) birth (\\d{1,18}) started (\\d{1,18}) beat \\d+\\n");

    static Owner thisProcess() {
      long process = ProcessHandle.current().pid();
      return new Owner(
          UUID.randomUUID().toString(),
          hostName(),
          processSpace(),
          process,
          birth(process),
          System.currentTimeMillis());
    }

    private static long birth(long process) {
      try {
        String line = Files.readString(Path.of("/proc/%d/stat".formatted(process)));
        // The name stands in parentheses and may hold blanks.
        List<String> fields =
            List.of(line.substring(line.lastIndexOf(')') + 1).trim().split(" ", -1));
        return Long.parseLong(fields.get(START_TIME));
      } catch (IOException e) {
        return 0;
      }
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "unknown";
      }
    }

    /** Containers may share a host name and not their processes; Linux names that space. */
    private static String processSpace() {
      try {
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
        return boot + "/" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      } catch (IOException e) {
        return "";
      }
    }

    static Optional<Owner> parse(String content) {
      Matcher line = WRITTEN.matcher(content);
      return line.matches()
          ? Optional.of(
              new Owner(
                  line.group(1),
                  line.group(2),
                  line.group(3),
                  Long.parseLong(line.group(4)),
                  Long.parseLong(line.group(5)),
                  Long.parseLong(line.group(6))))
          : Optional.empty();
    }

    String written() {
      return "run %s host %s processes %s process %d birth %d started %d"
          .formatted(token, host, processes, process, birth, started);
    }

    /** Whether this process can see whether the owner lives. */
    boolean sharesProcessesWithUs() {
      return !processes.isEmpty() && processes.equals(processSpace()) && host.equals(hostName());
    }

    /**
     * Whether the process is there, and no other one that was given its number; only where {@link
     * #sharesProcessesWithUs}.
     */
    boolean isAlive() {
      return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent()
          && (birth == 0 || birth(process) == birth);
    }

    String described() {
      return "process %d on %s, started %s"
          .formatted(process, host, Instant.ofEpochMilli(started).toString());
    }
  }
}
