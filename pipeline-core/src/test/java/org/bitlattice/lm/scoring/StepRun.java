package org.bitlattice.lm.scoring;

import java.util.Random;
import org.bitlattice.lm.LstmArchitecture;

/**
 * One run of a model's graph on random states and words, with the probabilities of all next words.
 *
 * @param words the last word of each row
 * @param states the states before, row by row
 * @param nextStates the states after
 * @param logProbabilities ln P of every word, row by row
 */
record StepRun(int[] words, float[][] states, float[][] nextStates, float[][] logProbabilities) {
  static StepRun of(ScoredModel model, int rows, long seed) {
    return of(
        StepGraph.of(model, IntegerSums.here(), StepGraph.Outputs.SELECTED),
        (LstmArchitecture) model.model().architecture(),
        rows,
        seed);
  }

  static StepRun of(StepGraph graph, LstmArchitecture shape, int rows, long seed) {
    Random random = new Random(seed);
    int size = graph.stateSize();
    int vocabulary = graph.vocabularySize();
    int[] words = random.ints(rows, 0, vocabulary).toArray();
    float[][] states = new float[rows][size];
    for (float[] state : states) {
      for (int i = 0; i < size; i++) {
        boolean cell = i / shape.hiddenSize() % 2 == 1;
        state[i] = (2 * random.nextFloat() - 1) * (cell ? 3 : 1);
      }
    }
    try (StepSession session = new StepSession(graph, rows, null, null)) {
      return run(session, words, states);
    }
  }

  private static StepRun run(StepSession session, int[] words, float[][] states) {
    int vocabulary = session.vocabularySize();
    session.selections(words.length * vocabulary);
    for (int row = 0; row < words.length; row++) {
      session.tokens().put(row, words[row]);
      session.tokensOfRows().put(row, row);
      session.states().put(row * session.stateSize(), states[row]);
      for (int word = 0; word < vocabulary; word++) {
        int pair = row * vocabulary + word;
        session.selections(0).put(2 * pair, row).put(2 * pair + 1, word);
      }
    }
    session.run(words.length, words.length, words.length * vocabulary);
    float[][] next = new float[words.length][session.stateSize()];
    float[][] ln = new float[words.length][vocabulary];
    for (int row = 0; row < words.length; row++) {
      session.nextStates().get(row * session.stateSize(), next[row]);
      session.logProbabilities().get(row * vocabulary, ln[row]);
    }
    return new StepRun(words, states, next, ln);
  }
}
