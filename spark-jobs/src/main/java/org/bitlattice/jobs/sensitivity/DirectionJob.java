package org.bitlattice.jobs.sensitivity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.sensitivity.Direction;
import org.bitlattice.sensitivity.DirectionSample;
import org.bitlattice.sensitivity.HessianProbe;
import org.bitlattice.sensitivity.QuadraticForms;

/**
 * Takes samples of Hessian traces on Spark: a task for each direction and shard.
 *
 * @param shards minibatches of each shard, a partition each
 * @param shardCount number of shards
 * @param model the model in full precision
 * @param units the units whose blocks are looked at
 */
record DirectionJob(
    JavaRDD<List<List<int[]>>> shards,
    int shardCount,
    Broadcast<LmWeights> model,
    ModelUnits units) {
  private record Part(QuadraticForms forms, double seconds) implements Serializable {}

  /** The samples of some directions, a row for each unit, in their order. */
  List<DirectionSample> measure(JavaSparkContext spark, List<Direction> directions) {
    Broadcast<LmWeights> weights = model;
    ModelUnits wanted = units;
    List<Part> parts =
        shards
            .cartesian(spark.parallelize(directions, directions.size()))
            .map(task -> part(weights.value(), wanted, task._2(), task._1()))
            .collect();
    List<DirectionSample> rows = new ArrayList<>();
    for (int d = 0; d < directions.size(); d++) {
      // All directions on the first shard, then on the second, and so on.
      Part sum = parts.get(d);
      for (int shard = 1; shard < shardCount; shard++) {
        Part part = parts.get(shard * directions.size() + d);
        sum = new Part(sum.forms().plus(part.forms()), sum.seconds() + part.seconds());
      }
      rows.addAll(DirectionSample.rows(directions.get(d), units, sum.forms(), sum.seconds()));
    }
    return rows;
  }

  private static Part part(
      LmWeights weights, ModelUnits units, Direction direction, List<List<int[]>> minibatches) {
    long start = System.nanoTime();
    HessianProbe probe = new HessianProbe(weights, units, direction.relativeStep());
    QuadraticForms forms = probe.sample(direction.seed(), minibatches);
    return new Part(forms, (System.nanoTime() - start) / 1e9);
  }
}
