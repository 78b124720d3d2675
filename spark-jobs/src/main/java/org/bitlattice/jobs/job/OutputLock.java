package org.bitlattice.jobs.job;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSError;
import org.bitlattice.jobs.job.LockFile.Owner;

/**
 * The claim of one process on an experiment's folder: the file {@code run.lock}, which names its
 * owner and is written anew every few seconds. A second run is refused while the owner lives. The
 * lock of a process that died is taken over: at once when it ran on this host and its process is
 * gone, else when the file has not changed for a while; clocks are never compared.
 *
 * <p>Two processes can believe for a moment that they hold the lock: on a file system that cannot
 * create a file atomically, or when an owner is suspended for longer than {@link
 * Timing#staleMillis}. So an owner looks again before a stage is declared complete ({@link
 * #requireHeld}) and stops when the file is not its own any more.
 */
public final class OutputLock implements Closeable {
  /** Name of the file in the folder that is locked. */
  public static final String FILE = LockFile.NAME;

  private static final long RETRY_MILLIS = 200;

  private final LockFile file;
  private final Owner owner;
  private final Thread holder;
  private final ScheduledExecutorService beats;
  private final ScheduledFuture<?> beating;
  private long beat;
  private int missed;
  private volatile boolean lost;

  /**
   * How often the owner writes, and after how long without a change it counts as dead.
   *
   * @param beatMillis time between two writes, in milliseconds
   * @param staleMillis time without a change after which the lock is taken over, in milliseconds
   */
  record Timing(long beatMillis, long staleMillis) {
    static final Timing DEFAULT = new Timing(5_000, 30_000);
  }

  private OutputLock(LockFile file, Owner owner, Timing timing) {
    this.file = file;
    this.owner = owner;
    this.holder = Thread.currentThread();
    this.beats =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "output lock");
              thread.setDaemon(true);
              return thread;
            });
    this.beating =
        beats.scheduleWithFixedDelay(
            this::beat, timing.beatMillis(), timing.beatMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the folder for this process; the folder must exist.
   *
   * @throws UserError when another run works in it, or the lock cannot be written
   */
  public static OutputLock take(HadoopFolder output, Progress progress) {
    return take(output, progress, Owner.thisProcess(), Timing.DEFAULT);
  }

  /**
   * Takes the folder like {@link #take(HadoopFolder, Progress)}, and waits for another owner to
   * give it back.
   *
   * @param patience how long to wait
   * @throws UserError when the other one still has it then, or the lock cannot be written
   */
  public static OutputLock takeWithin(HadoopFolder output, Progress progress, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return take(output, progress);
      } catch (FolderInUse e) {
        if (System.nanoTime() > end) {
          throw new UserError(
              "waited %s in vain: %s"
                  .formatted(Progress.duration(patience.toMillis() / 1e3), e.getMessage()),
              e);
        }
        pause(output);
      }
    }
  }

  private static void pause(HadoopFolder output) {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      throw interrupted(output, e);
    }
  }

  private static UserError interrupted(HadoopFolder output, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new UserError("interrupted while waiting for the lock of " + output, e);
  }

  static OutputLock take(HadoopFolder output, Progress progress, Owner owner, Timing timing) {
    LockFile file = new LockFile(output);
    try {
      while (!file.create(owner)) {
        Optional<String> found = file.content();
        if (found.isPresent()) {
          requireDead(file, found.get(), progress, timing);
          file.deleteIfStill(found.get());
        }
      }
      file.settle();
      if (!file.isOf(owner)) {
        throw refusal(file, file.content().flatMap(Owner::parse));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new UserError("cannot lock %s: %s".formatted(output, e.getMessage()), e);
    } catch (InterruptedException e) {
      throw interrupted(output, e);
    }
    return new OutputLock(file, owner, timing);
  }

  /** Returns once the owner of a lock is known to be dead, or the lock is gone. */
  private static void requireDead(LockFile file, String content, Progress progress, Timing timing)
      throws IOException, InterruptedException {
    Optional<Owner> owner = Owner.parse(content);
    if (owner.isPresent() && owner.get().sharesProcessesWithUs()) {
      if (owner.get().isAlive()) {
        throw refusal(file, owner);
      }
      progress.say(
          "the last run in this folder was killed (process %d); its lock is taken over"
              .formatted(owner.get().process()));
      return;
    }
    progress.say(
        "%s is left by %s; looking for up to %s whether that run lives"
            .formatted(
                file,
                owner.map(Owner::described).orElse("a run that did not finish writing it"),
                Progress.duration(timing.staleMillis() / 1e3)));
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timing.staleMillis());
    while (System.nanoTime() < end) {
      Thread.sleep(Math.max(1, timing.beatMillis() / 10));
      Optional<String> now = file.content();
      if (now.isEmpty()) {
        return;
      }
      if (!now.get().equals(content)) {
        // It may be empty for a moment, while its owner writes it anew.
        throw refusal(file, Owner.parse(now.get()).or(() -> owner));
      }
    }
    progress.say("that run is dead; its lock is taken over");
  }

  private static UserError refusal(LockFile file, Optional<Owner> owner) {
    return new FolderInUse(
        "another run works in %s: %s (its lock is %s); wait for its end or choose another output"
            .formatted(
                file.folder(), owner.map(Owner::described).orElse("one that just began"), file));
  }

  /**
   * Holds that the lock is still this process' own.
   *
   * @throws UserError when another run has taken the folder
   */
  public synchronized void requireHeld() {
    try {
      lost |= !file.isOf(owner);
    } catch (IOException e) {
      throw new UserError("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    if (lost) {
      throw new UserError(
          "%s is not this run's any more: another run took the folder over while this one was suspended, or the file was deleted; this run stops"
              .formatted(file));
    }
  }

  /** Whether another run was found to have taken the folder. */
  public boolean isLost() {
    return lost;
  }

  /**
   * Not while {@link #requireHeld} reads: a file that is being written anew is empty for a moment.
   */
  private synchronized void beat() {
    try {
      if (file.isOf(owner)) {
        file.write(owner, ++beat);
      } else if (!lost) {
        lost = true;
        holder.interrupt();
      }
    } catch (IOException | FSError e) {
      // A file system that is full or away for a moment. The next beat tries again, which it would
      // not after an error that is thrown from here.
      missed++;
    }
  }

  /** Beats that could not be written. */
  synchronized int missed() {
    return missed;
  }

  /** Gives the folder back, if it is still this process' own. */
  @Override
  public void close() throws IOException {
    beating.cancel(false);
    beats.shutdownNow();
    synchronized (this) {
      if (file.isOf(owner)) {
        file.delete();
      }
    }
  }
}
