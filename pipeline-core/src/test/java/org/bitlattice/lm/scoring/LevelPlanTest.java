package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bitlattice.lm.scoring.LevelPlan.Batch;
import org.junit.jupiter.api.Test;

class LevelPlanTest {
  @Property(tries = 200)
  void everyNodeIsPredictedOnceFromItsParentsContext(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 1_000_000) Integer> draws,
      @ForAll @IntRange(min = 1, max = 9) int batchRows) {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    for (int draw : draws) {
      builder.add(draw % (builder.nodes() + 1) - 1, draw / 1000 % 5);
    }
    HistoryTree tree = builder.build();
    LevelPlan plan = new LevelPlan(tree, 99, batchRows);
    BitSet predicted = new BitSet();
    int contexts = 0;
    List<List<Integer>> above = new ArrayList<>();
    for (int level = 0; level < plan.levels(); level++) {
      List<List<Integer>> current = new ArrayList<>();
      for (Batch batch : plan.batches(level)) {
        assertThat(batch.rows()).isBetween(1, batchRows);
        for (int row = 0; row < batch.rows(); row++) {
          int context = batch.first() + row;
          List<Integer> history =
              level == 0
                  ? new ArrayList<>()
                  : new ArrayList<>(above.get(plan.placeOfPrevious(batch, row)));
          history.add(plan.word(context));
          assertThat(plan.placeInLevel(batch, row)).isEqualTo(current.size());
          current.add(history);
          contexts++;
          for (int i = plan.firstChild(context); i < plan.endOfChildren(context); i++) {
            assertThat(history(tree, plan.child(i))).isEqualTo(history);
            assertThat(predicted.get(plan.child(i))).isFalse();
            predicted.set(plan.child(i));
          }
        }
      }
      above = current;
    }
    assertThat(contexts).isEqualTo(plan.contexts());
    assertThat(predicted.cardinality()).isEqualTo(tree.nodes());
  }

  @Test
  void anEmptyTreeHasNoLevels() {
    LevelPlan plan = new LevelPlan(new HistoryTree.Builder().build(), 0, 4);
    assertThat(plan.levels()).isZero();
    assertThat(plan.contexts()).isZero();
  }

  private static List<Integer> history(HistoryTree tree, int node) {
    List<Integer> history = new ArrayList<>();
    for (int n = tree.parent(node); n != HistoryTree.START; n = tree.parent(n)) {
      history.add(0, tree.word(n));
    }
    history.add(0, 99);
    return history;
  }
}
