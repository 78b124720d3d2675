package org.bitlattice.jobs.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.lm.training.FlatState;
import scala.Tuple2;

/**
 * The mean of the states of all workers, taken by the executors: every state is cut into as many
 * slices as there are workers, and task k receives slice k of all of them, adds them in the order
 * of workers and divides. The driver receives one state, however many workers there are, and the
 * sums are those of one process that adds whole states in that order, to the last bit.
 *
 * @param state mean of weights and optimiser states; the iteration count is the first worker's
 * @param nats summed loss of each worker's steps, in the order of workers
 * @param tokens predicted tokens of all workers
 */
record StateMean(FlatState state, double[] nats, long tokens) {
  /**
   * Takes the mean.
   *
   * @param reports one in each partition: worker i's in partition i
   * @throws IllegalStateException when a partition holds no report
   */
  static StateMean of(JavaRDD<WorkerResult.Report> reports, int workers) {
    List<Slice> slices =
        JavaPairRDD.fromJavaRDD(
                reports.mapPartitionsWithIndex((worker, own) -> cut(worker, own, workers), false))
            .groupByKey(workers)
            .map(slice -> mean(slice._1(), slice._2(), workers))
            .collect();
    if (slices.isEmpty()) {
      throw new IllegalStateException("0 of %d workers returned a result".formatted(workers));
    }
    return joined(slices.stream().sorted(Comparator.comparingInt(Slice::place)).toList());
  }

  /**
   * A slice of one worker's state, or of the mean.
   *
   * @param place the worker's number; of the mean, the slice's
   * @param state the slice
   * @param nats the worker's loss; of the mean, that of every worker
   * @param tokens tokens of the worker, or of all
   */
  private record Slice(int place, FlatState state, double[] nats, long tokens)
      implements Serializable {}

  private static Iterator<Tuple2<Integer, Slice>> cut(
      int worker, Iterator<WorkerResult.Report> reports, int slices) {
    List<Tuple2<Integer, Slice>> cut = new ArrayList<>();
    while (reports.hasNext()) {
      WorkerResult.Report report = reports.next();
      FlatState whole = report.state();
      for (int k = 0; k < slices; k++) {
        FlatState own =
            new FlatState(
                part(whole.parameters(), k, slices),
                part(whole.updaterState(), k, slices),
                whole.iterations());
        double[] nats = {report.nats()};
        cut.add(new Tuple2<>(k, new Slice(worker, own, nats, report.tokens())));
      }
    }
    return cut.iterator();
  }

  private static float[] part(float[] values, int k, int slices) {
    int from = (int) ((long) values.length * k / slices);
    int to = (int) ((long) values.length * (k + 1) / slices);
    return Arrays.copyOfRange(values, from, to);
  }

  private static Slice mean(int k, Iterable<Slice> slices, int workers) {
    List<Slice> inOrder = new ArrayList<>();
    slices.forEach(inOrder::add);
    inOrder.sort(Comparator.comparingInt(Slice::place));
    if (inOrder.size() != workers) {
      throw new IllegalStateException(
          "%d of %d workers returned a result".formatted(inOrder.size(), workers));
    }
    FlatState first = inOrder.get(0).state();
    float[] parameters = first.parameters();
    float[] updater = first.updaterState();
    double[] nats = new double[workers];
    long tokens = 0;
    for (int worker = 0; worker < workers; worker++) {
      Slice own = inOrder.get(worker);
      nats[worker] = own.nats()[0];
      tokens += own.tokens();
      if (worker > 0) {
        add(own.state().parameters(), parameters);
        add(own.state().updaterState(), updater);
      }
    }
    divide(parameters, workers);
    divide(updater, workers);
    return new Slice(k, new FlatState(parameters, updater, first.iterations()), nats, tokens);
  }

  private static void add(float[] values, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  private static void divide(float[] values, int divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
  }

  private static StateMean joined(List<Slice> slices) {
    Slice first = slices.get(0);
    FlatState state =
        new FlatState(
            joinedArrays(slices.stream().map(slice -> slice.state().parameters()).toList()),
            joinedArrays(slices.stream().map(slice -> slice.state().updaterState()).toList()),
            first.state().iterations());
    return new StateMean(state, first.nats(), first.tokens());
  }

  private static float[] joinedArrays(List<float[]> parts) {
    float[] joined = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int place = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, joined, place, part.length);
      place += part.length;
    }
    return joined;
  }
}
