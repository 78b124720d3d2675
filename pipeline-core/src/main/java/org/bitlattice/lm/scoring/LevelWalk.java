package org.bitlattice.lm.scoring;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.bitlattice.lm.scoring.LevelPlan.Batch;

/**
 * One model's way down the levels of a plan. Holds the states of the level above and those of the
 * current level, in blocks of rows.
 */
final class LevelWalk {
  private static final int BLOCK_ROWS = 256;

  private final StepSession session;
  private final LevelPlan plan;
  private final int stateSize;

  /** The batch in which a word ended a history last, and its place among that batch's words. */
  private final int[] batchOfWord;

  private final int[] placeOfWord;
  private int batches;

  private float[][] above = new float[0][];
  private float[][] current = new float[0][];
  private long evaluated;

  LevelWalk(StepSession session, LevelPlan plan) {
    this.session = session;
    this.plan = plan;
    this.stateSize = session.stateSize();
    this.batchOfWord = new int[session.vocabularySize()];
    this.placeOfWord = new int[session.vocabularySize()];
  }

  /** Must be called before the first batch of each level, in order. */
  void enter(int level) {
    float[][] free = above;
    above = current;
    boolean last = level + 1 == plan.levels();
    int blocks = last ? 0 : (plan.contextsAt(level) + BLOCK_ROWS - 1) / BLOCK_ROWS;
    current = new float[blocks][];
    for (int block = 0; block < blocks; block++) {
      int rows = Math.min(BLOCK_ROWS, plan.contextsAt(level) - block * BLOCK_ROWS);
      boolean fits = block < free.length && free[block].length >= rows * stateSize;
      current[block] = fits ? free[block] : new float[rows * stateSize];
    }
  }

  /** Number of contexts evaluated so far. */
  long evaluated() {
    return evaluated;
  }

  /** Evaluates a batch; the session's output buffers then hold its rows. */
  void step(Batch batch) {
    for (int row = 0; row < batch.rows(); row++) {
      loadState(batch, row);
    }
    session.run(batch.rows(), words(batch), selections(batch));
    if (current.length > 0) {
      for (int row = 0; row < batch.rows(); row++) {
        storeState(batch, row);
      }
    }
    evaluated += batch.rows();
  }

  /** Names each word that ends a history of the batch once, in the order of rows. */
  private int words(Batch batch) {
    batches++;
    int words = 0;
    for (int row = 0; row < batch.rows(); row++) {
      int word = plan.word(batch.first() + row);
      if (batchOfWord[word] != batches) {
        batchOfWord[word] = batches;
        placeOfWord[word] = words;
        session.tokens().put(words++, word);
      }
      session.tokensOfRows().put(row, placeOfWord[word]);
    }
    return words;
  }

  private void loadState(Batch batch, int row) {
    FloatBuffer states = session.states();
    if (batch.level() == 0) {
      for (int i = 0; i < stateSize; i++) {
        states.put(row * stateSize + i, 0);
      }
      return;
    }
    int place = plan.placeOfPrevious(batch, row);
    float[] block = above[place / BLOCK_ROWS];
    states.put(row * stateSize, block, place % BLOCK_ROWS * stateSize, stateSize);
  }

  private void storeState(Batch batch, int row) {
    int place = plan.placeInLevel(batch, row);
    float[] block = current[place / BLOCK_ROWS];
    session.nextStates().get(row * stateSize, block, place % BLOCK_ROWS * stateSize, stateSize);
  }

  private int selections(Batch batch) {
    if (!session.selects()) {
      return 0;
    }
    int pairs = plan.predictions(batch);
    LongBuffer selections = session.selections(pairs);
    int place = plan.firstChild(batch.first());
    for (int row = 0, pair = 0; row < batch.rows(); row++) {
      int end = plan.endOfChildren(batch.first() + row);
      for (; place < end; place++, pair++) {
        selections.put(2 * pair, row);
        selections.put(2 * pair + 1, plan.childWord(place));
      }
    }
    return pairs;
  }
}
