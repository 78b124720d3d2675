package org.bitlattice.lm.scoring;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.LevelPlan.Batch;

/** A reference and some candidates, open at the same time and walked through a text in lockstep. */
final class KlRun implements AutoCloseable {
  private final List<StepSession> open = new ArrayList<>();
  private final StepSession reference;
  private final List<StepSession> candidates;
  private final int batchRows;
  private final int words;

  /** P of the current batch, row by row, and Σ_w P ln P of each row. */
  private final float[][] probabilities;

  private final double[] negativeEntropies;
  private final float[] logProbabilities;

  private KlRun(LmWeights from, List<LmWeights> to, int batchRows) {
    this.batchRows = batchRows;
    this.words = from.architecture().vocabularySize();
    this.probabilities = new float[batchRows][words];
    this.negativeEntropies = new double[batchRows];
    this.logProbabilities = new float[words];
    try {
      this.reference = open(from, StepGraph.Outputs.DISTRIBUTIONS);
      for (LmWeights candidate : to) {
        open(candidate, StepGraph.Outputs.LOG_DISTRIBUTIONS);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    this.candidates = open.subList(1, open.size());
  }

  static KlRun open(LmWeights from, List<LmWeights> to, ScorerSettings settings) {
    return new KlRun(from, to, settings.batchRows());
  }

  private StepSession open(LmWeights weights, StepGraph.Outputs outputs) {
    StepSession session = new StepSession(StepGraph.of(weights, outputs), batchRows);
    open.add(session);
    return session;
  }

  /** Adds a chunk's divergences, in nats, to one sum for each candidate. */
  void add(TextChunk chunk, int boundaryId, double[] sums) {
    LevelPlan plan = new LevelPlan(chunk.tree(), boundaryId, batchRows);
    List<LevelWalk> walks = new ArrayList<>();
    for (StepSession session : open) {
      walks.add(new LevelWalk(session, plan));
    }
    for (int level = 0; level < plan.levels(); level++) {
      for (LevelWalk walk : walks) {
        walk.enter(level);
      }
      for (Batch batch : plan.batches(level)) {
        walks.get(0).step(batch);
        holdReference(batch.rows());
        long[] visits = visits(chunk, plan, batch);
        for (int i = 0; i < candidates.size(); i++) {
          walks.get(i + 1).step(batch);
          sums[i] += divergence(candidates.get(i).logDistributions(), visits);
        }
      }
    }
  }

  private void holdReference(int rows) {
    for (int row = 0; row < rows; row++) {
      reference.distributions().get(row * words, probabilities[row]);
      reference.logDistributions().get(row * words, logProbabilities);
      negativeEntropies[row] = dot(probabilities[row], logProbabilities);
    }
  }

  /** How many tokens of the chunk each context of a batch predicts. */
  private static long[] visits(TextChunk chunk, LevelPlan plan, Batch batch) {
    long[] visits = new long[batch.rows()];
    for (int row = 0; row < visits.length; row++) {
      int context = batch.first() + row;
      for (int i = plan.firstChild(context); i < plan.endOfChildren(context); i++) {
        visits[row] += chunk.visits(plan.child(i));
      }
    }
    return visits;
  }

  private double divergence(FloatBuffer logDistributions, long[] visits) {
    double sum = 0;
    for (int row = 0; row < visits.length; row++) {
      logDistributions.get(row * words, logProbabilities);
      sum += visits[row] * (negativeEntropies[row] - dot(probabilities[row], logProbabilities));
    }
    return sum;
  }

  /** Σ a·b in double precision; four partial sums let the processor overlap the additions. */
  static double dot(float[] a, float[] b) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      sum0 += (double) a[i] * b[i];
      sum1 += (double) a[i + 1] * b[i + 1];
      sum2 += (double) a[i + 2] * b[i + 2];
      sum3 += (double) a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      sum0 += (double) a[i] * b[i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  @Override
  public void close() {
    open.forEach(StepSession::close);
  }
}
