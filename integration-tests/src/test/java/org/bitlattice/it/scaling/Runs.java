package org.bitlattice.it.scaling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Small runs and clusters for tests of the simulation. */
final class Runs {
  private Runs() {}

  /** Executors of one core, with a driver and links that cost nothing. */
  static ClusterModel free(int executors) {
    return new ClusterModel(
        executors,
        1,
        new ClusterModel.Driver(0, 1),
        new Network(Double.MAX_VALUE, 0, Network.Spread.EXCHANGED));
  }

  /** A task that holds a core for some seconds. */
  static RecordedTask task(double seconds) {
    return task(seconds, 0, 0);
  }

  /** A task with a result that takes the driver a while to read. */
  static RecordedTask task(double seconds, long resultBytes, double fetchSeconds) {
    return new RecordedTask(
        "0",
        0,
        seconds,
        seconds + fetchSeconds,
        new RecordedTask.Computed(seconds, seconds / 2),
        new RecordedTask.Bytes(resultBytes, 0, 0, 0));
  }

  static RecordedStage stage(int id, Set<Integer> parents, double... seconds) {
    return new RecordedStage(id, parents, Arrays.stream(seconds).mapToObj(Runs::task).toList());
  }

  static RecordedJob job(long broadcastBytes, RecordedStage... stages) {
    return new RecordedJob("train", 0, 0, broadcastBytes, List.of(stages));
  }

  /** A job of one stage. */
  static RecordedJob job(double... seconds) {
    return job(0, stage(0, Set.of(), seconds));
  }

  /** A chain of stages with tasks of many lengths; results and broadcasts are empty. */
  static RecordedJob randomChain(SplittableRandom random) {
    List<RecordedStage> stages = new ArrayList<>();
    int count = random.nextInt(1, 4);
    for (int id = 0; id < count; id++) {
      double[] seconds =
          IntStream.range(0, random.nextInt(1, 40))
              .mapToDouble(i -> Math.pow(10, random.nextDouble(-2, 1)))
              .toArray();
      stages.add(stage(id, id == 0 ? Set.of() : Set.of(id - 1), seconds));
    }
    return new RecordedJob("train", 0, 0, 0, stages);
  }
}
