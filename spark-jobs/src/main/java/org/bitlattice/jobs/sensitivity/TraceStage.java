package org.bitlattice.jobs.sensitivity;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.sensitivity.Direction;
import org.bitlattice.sensitivity.DirectionSample;
import org.bitlattice.sensitivity.HessianTrace;
import org.bitlattice.sensitivity.TraceSampling;
import org.bitlattice.settings.HessianSettings;
import org.bitlattice.settings.SensitivitySettings;

/**
 * Estimates the trace of the Hessian's block of every unit by Hutchinson's method (method.md,
 * section 4). The loss is that of evenly spread dev sentences, the state reset at each, with
 * sentences of equal length in one minibatch. A task takes one random direction and one shard;
 * shards are added in their order. After each batch of directions the table of samples is written,
 * and a killed stage continues with the batch after it.
 *
 * @param words how the word matrices are cut into units
 * @param sensitivity shards, and how traces are estimated
 */
public record TraceStage(WordBlocks words, SensitivitySettings sensitivity) implements Stage.Work {
  /** Table of the estimates. */
  public static final String TRACES = "table";

  /** Table of every direction's sample. */
  public static final String SAMPLES = "samples";

  private static final RowSchema<HessianTrace> TRACE = RowSchema.of(HessianTrace.class);
  private static final RowSchema<DirectionSample> SAMPLE = RowSchema.of(DirectionSample.class);

  /** Reads the traces of the units of some word blocks. */
  static List<HessianTrace> read(StageContext context, WordBlocks words) {
    String table = context.output().folder(Folders.traces(words)).location(TRACES);
    return Tables.read(context.spark(), table, TRACE);
  }

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    LmWeights weights = StoredModel.read(context, Folders.BASELINE).model().weights();
    HessianSettings hessian = sensitivity.hessian();
    ModelUnits units = words.cut(weights.architecture());
    TraceSampling sampling = new TraceSampling(units, hessian.stopping(), hessian.step());
    String samples = folder.location(SAMPLES);
    if (Tables.exists(context.spark(), samples)) {
      sampling.add(Tables.read(context.spark(), samples, SAMPLE));
      context.progress().say("  continues after sample %d".formatted(sampling.samples()));
    }
    JavaRDD<List<List<int[]>>> shards =
        new HeldOutText(context)
            .minibatches(
                "dev", hessian.sentences(), hessian.minibatchTokens(), sensitivity.shards())
            .setName("minibatches of dev sentences")
            .cache();
    Broadcast<LmWeights> model = context.sparkContext().broadcast(weights);
    try {
      DirectionJob job = new DirectionJob(shards, sensitivity.shards(), model, units);
      sample(context, sampling, job, samples);
    } finally {
      shards.unpersist();
      model.destroy();
    }
    List<HessianTrace> traces = sampling.traces();
    Tables.write(context.spark(), folder.location(TRACES), TRACE, traces);
    tell(context, traces);
    return counts(traces);
  }

  private void sample(
      StageContext context, TraceSampling sampling, DirectionJob job, String samples) {
    HessianSettings hessian = sensitivity.hessian();
    List<Direction> next = next(context, sampling);
    while (!next.isEmpty()) {
      context.describeJobs(
          "Hessian traces: samples %d to %d"
              .formatted(next.get(0).sample() + 1, next.get(next.size() - 1).sample() + 1));
      sampling.add(job.measure(context.sparkContext(), next));
      Tables.write(context.spark(), samples, SAMPLE, sampling.rows());
      List<HessianTrace> traces = sampling.traces();
      long settled =
          traces.stream().filter(trace -> hessian.stopping().settled(trace, traces)).count();
      context
          .progress()
          .update(
              "  %d samples  %d of %d traces known well enough  about %d samples in all"
                  .formatted(
                      sampling.samples(),
                      settled,
                      traces.size(),
                      Math.max(sampling.samples(), hessian.stopping().expectedSamples(traces))));
      next = next(context, sampling);
    }
  }

  private List<Direction> next(StageContext context, TraceSampling sampling) {
    return sampling.next(
        sensitivity.hessian().batch(), sample -> context.seeds().stream("hutchinson", sample));
  }

  private void tell(StageContext context, List<HessianTrace> traces) {
    for (HessianTrace trace : traces) {
      context
          .progress()
          .say(
              String.format(
                  Locale.ROOT,
                  "  %-30s trace %.4g ± %.2g  of a weight %.3g",
                  trace.unit(),
                  trace.trace(),
                  trace.standardError(),
                  trace.meanTrace()));
    }
    HessianSettings hessian = sensitivity.hessian();
    warn(
        context,
        "after %d samples (sensitivity.hessian.maximum-samples) these traces are less exact than asked for"
            .formatted(traces.get(0).samples()),
        traces.stream().filter(trace -> !hessian.stopping().settled(trace, traces)).toList());
    warn(
        context,
        "half of the step (sensitivity.hessian.step = %s) changes the first sample by more than the standard error asked for, of"
            .formatted(hessian.step()),
        hessian.stopping().rough(traces));
    warn(
        context,
        "these traces are negative, so that allocation sees a gain in coarse tables",
        traces.stream().filter(trace -> trace.trace() < 0).toList());
  }

  private static void warn(StageContext context, String what, List<HessianTrace> traces) {
    if (!traces.isEmpty()) {
      context
          .progress()
          .say(
              "  warning: %s: %s"
                  .formatted(
                      what,
                      traces.stream().map(HessianTrace::unit).collect(Collectors.joining(", "))));
    }
  }

  private Map<String, Double> counts(List<HessianTrace> traces) {
    Map<String, Double> counts = new TreeMap<>();
    counts.put("units", (double) traces.size());
    counts.put("samples", (double) traces.get(0).samples());
    counts.put("tokens", (double) traces.get(0).tokens());
    counts.put(
        "negative-traces", (double) traces.stream().filter(trace -> trace.trace() < 0).count());
    counts.put(
        "largest-halving-change-over-allowed-error",
        sensitivity.hessian().stopping().largestRoughness(traces));
    return counts;
  }
}
