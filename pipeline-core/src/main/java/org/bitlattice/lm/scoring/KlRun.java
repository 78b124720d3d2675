package org.bitlattice.lm.scoring;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.LevelPlan.Batch;
import org.bitlattice.lm.scoring.StepGraph.Outputs;
import org.bitlattice.lm.scoring.StepSession.FedMatrix;

/** A reference and some candidates, open at the same time and walked through a text in lockstep. */
final class KlRun implements AutoCloseable {
  /** The reference's, then those of candidates. */
  private final List<StepSession> sessions = new ArrayList<>();

  private final List<Candidate> candidates = new ArrayList<>();
  private final int batchRows;

  /** A candidate; several may share a session, and then each has a matrix to feed it. */
  private record Candidate(StepSession session, FedMatrix matrix) {
    void prepare() {
      session.feed(matrix);
    }
  }

  private KlRun(int batchRows) {
    this.batchRows = batchRows;
  }

  static KlRun open(ScoredModel from, ScoredModel to, ScorerSettings settings) {
    int batchRows = Math.min(from.mode().rowsOfRun(settings), to.mode().rowsOfRun(settings));
    KlRun run = new KlRun(batchRows);
    try {
      StepSession reference = StepSession.open(from, Outputs.DISTRIBUTIONS, batchRows);
      run.sessions.add(reference);
      StepSession session = StepSession.open(to, batchRows, reference);
      run.sessions.add(session);
      run.candidates.add(new Candidate(session, null));
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Changes of the same matrix share a session. */
  static KlRun openChanges(LmWeights from, List<MatrixChange> changes, ScorerSettings settings) {
    ScoredModel whole = ScoredModel.exact(from);
    KlRun run = new KlRun(whole.mode().rowsOfRun(settings));
    try {
      StepSession reference = StepSession.open(whole, Outputs.DISTRIBUTIONS, run.batchRows);
      run.sessions.add(reference);
      Map<String, StepSession> sessions = new HashMap<>();
      for (MatrixChange change : changes) {
        int columns = KlDivergence.shape(from.architecture(), change.matrix()).columns();
        FedMatrix matrix = FedMatrix.of(change.values(), columns);
        StepSession open = sessions.get(change.matrix());
        if (open == null) {
          open = StepSession.openFed(from, change.matrix(), run.batchRows, reference);
          sessions.put(change.matrix(), open);
          run.sessions.add(open);
        }
        run.candidates.add(new Candidate(open, matrix));
      }
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Number of candidates. */
  int candidates() {
    return candidates.size();
  }

  /** Adds a chunk's divergences, in nats, to one sum for each candidate. */
  void add(TextChunk chunk, int boundaryId, double[] sums) {
    LevelPlan plan = new LevelPlan(chunk.tree(), boundaryId, batchRows);
    List<LevelWalk> walks = new ArrayList<>();
    walks.add(new LevelWalk(sessions.get(0), plan));
    for (Candidate candidate : candidates) {
      walks.add(new LevelWalk(candidate.session(), plan));
    }
    for (int level = 0; level < plan.levels(); level++) {
      for (LevelWalk walk : walks) {
        walk.enter(level);
      }
      for (Batch batch : plan.batches(level)) {
        walks.get(0).step(batch);
        long[] visits = visits(chunk, plan, batch);
        for (int i = 0; i < sums.length; i++) {
          candidates.get(i).prepare();
          walks.get(i + 1).step(batch);
          sums[i] += sum(candidates.get(i).session().divergences(), visits);
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
