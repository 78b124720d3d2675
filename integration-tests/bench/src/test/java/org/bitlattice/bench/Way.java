package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One way of rescoring with one rescorer for each thread. Threads take batches of utterances one
 * after another; inside a batch everything runs on the thread that took it.
 */
final class Way implements AutoCloseable {
  private final String name;
  private final List<Rescorer> rescorers = new ArrayList<>();
  private final ExecutorService threads;

  Way(String name, int threads, Supplier<Rescorer> rescorer) {
    this.name = name;
    this.threads = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      rescorers.add(rescorer.get());
    }
  }

  String name() {
    return name;
  }

  /** Scores of every batch, in the order of batches. */
  List<List<float[][]>> score(List<List<RescoredUtterance>> batches) {
    List<List<float[][]>> results = new ArrayList<>(batches.size());
    batches.forEach(batch -> results.add(List.of()));
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (Rescorer rescorer : rescorers) {
      running.add(threads.submit(() -> work(rescorer, batches, next, results)));
    }
    for (Future<?> thread : running) {
      await(thread);
    }
    return results;
  }

  private static void work(
      Rescorer rescorer,
      List<List<RescoredUtterance>> batches,
      AtomicInteger next,
      List<List<float[][]>> results) {
    for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
      results.set(i, rescorer.score(batches.get(i)));
    }
  }

  private void await(Future<?> thread) {
    try {
      thread.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while scoring with " + name, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + " could not score", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    rescorers.forEach(Rescorer::close);
  }
}
