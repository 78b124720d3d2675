package org.bitlattice.lm.scoring;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.scoring.LevelPlan.Batch;
import org.bitlattice.lm.scoring.StepGraph.Outputs;

/** A reference and some candidates, open at the same time and walked through a text in lockstep. */
final class KlRun implements AutoCloseable {
  /** The reference, then the candidates. */
  private final List<StepSession> sessions = new ArrayList<>();

  private final int batchRows;

  private KlRun(int batchRows) {
    this.batchRows = batchRows;
  }

  static KlRun open(ScoredModel from, List<ScoredModel> to, ScorerSettings settings) {
    int batchRows = from.mode().rowsOfRun(settings);
    for (ScoredModel candidate : to) {
      batchRows = Math.min(batchRows, candidate.mode().rowsOfRun(settings));
    }
    KlRun run = new KlRun(batchRows);
    try {
      StepSession reference = StepSession.open(from, Outputs.DISTRIBUTIONS, batchRows);
      run.sessions.add(reference);
      for (ScoredModel candidate : to) {
        run.sessions.add(StepSession.open(candidate, batchRows, reference));
      }
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Adds a chunk's divergences, in nats, to one sum for each candidate. */
  void add(TextChunk chunk, int boundaryId, double[] sums) {
    LevelPlan plan = new LevelPlan(chunk.tree(), boundaryId, batchRows);
    List<LevelWalk> walks = new ArrayList<>();
    for (StepSession session : sessions) {
      walks.add(new LevelWalk(session, plan));
    }
    for (int level = 0; level < plan.levels(); level++) {
      for (LevelWalk walk : walks) {
        walk.enter(level);
      }
      for (Batch batch : plan.batches(level)) {
        walks.get(0).step(batch);
        long[] visits = visits(chunk, plan, batch);
        for (int i = 0; i < sums.length; i++) {
          walks.get(i + 1).step(batch);
          sums[i] += sum(sessions.get(i + 1).divergences(), visits);
        }
      }
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

  private static double sum(FloatBuffer divergences, long[] visits) {
    double sum = 0;
    for (int row = 0; row < visits.length; row++) {
      sum += (double) visits[row] * divergences.get(row);
    }
    return sum;
  }

  @Override
  public void close() {
    sessions.forEach(StepSession::close);
  }
}
