package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryTreeTest {
  @Test
  void givesTheExistingChildForTheSameWord() {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    int a = builder.add(HistoryTree.START, 4);
    int b = builder.add(a, 4);
    assertThat(builder.add(HistoryTree.START, 4)).isEqualTo(a);
    assertThat(builder.add(a, 4)).isEqualTo(b);
    assertThat(builder.nodes()).isEqualTo(2);
    HistoryTree tree = builder.build();
    assertThat(tree.parent(b)).isEqualTo(a);
    assertThat(tree.word(b)).isEqualTo(4);
    assertThat(tree.depth(a)).isZero();
    assertThat(tree.depth(b)).isEqualTo(1);
  }

  @Test
  void findsEveryNodeAgainInALargeTree() {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    Map<List<Integer>, Integer> expected = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      int parent = random.nextInt(builder.nodes() + 1) - 1;
      int word = random.nextInt(50);
      int node = builder.add(parent, word);
      Integer earlier = expected.putIfAbsent(List.of(parent, word), node);
      assertThat(node).isEqualTo(earlier == null ? expected.size() - 1 : earlier.intValue());
    }
    assertThat(builder.nodes()).isEqualTo(expected.size());
  }

  @Test
  void refusesAParentThatIsNotThereAndANegativeWord() {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    builder.add(HistoryTree.START, 1);
    assertThatThrownBy(() -> builder.add(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a node cannot be added below node 1; the tree has the nodes -1 to 0");
    assertThatThrownBy(() -> builder.add(-2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.add(0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a node cannot be added for the word id -1; word ids are 0 or above");
  }

  @Test
  void travelsThroughJavaSerialization() throws IOException, ClassNotFoundException {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    builder.add(builder.add(HistoryTree.START, 3), 5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(builder.build());
    }
    try (ObjectInputStream stream =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      HistoryTree tree = (HistoryTree) stream.readObject();
      assertThat(tree.nodes()).isEqualTo(2);
      assertThat(tree.parent(1)).isZero();
      assertThat(tree.word(1)).isEqualTo(5);
      assertThat(tree.depth(1)).isEqualTo(1);
    }
  }
}
