package org.bitlattice.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.lm.training.TrainingState;
import org.bitlattice.quant.ScaleScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchStateTest {
  private static final SearchSpace SPACE = SearchModels.space(ScaleScope.TENSOR);

  @TempDir private Path folder;

  private SearchState written() throws IOException {
    double[][] gradient = SPACE.zeros();
    gradient[2][1] = 1.0 / 3;
    SearchState state =
        SearchState.refit(SPACE, SearchModels.weights())
            .withWeights(
                SPACE,
                new TrainingState(
                    TinyModels.random(SearchModels.LSTM, 0.5, 8), new float[] {1, 2}, 12));
    state = state.withLogits(state.logits().after(gradient, 0.1));
    state.write(new LocalModelFiles(folder));
    return state;
  }

  @Test
  void comesBackBitForBit() throws IOException {
    SearchState state = written();
    SearchState read = SearchState.readRefit(new LocalModelFiles(folder), SPACE);
    assertThat(read.logits().steps()).isEqualTo(1);
    assertThat(read.logits().logits().values()).isDeepEqualTo(state.logits().logits().values());
    assertThat(read.logits().means()).isDeepEqualTo(state.logits().means());
    assertThat(read.logits().squares()).isDeepEqualTo(state.logits().squares());
    assertThat(read.running().training().iterations()).isEqualTo(12);
    assertThat(read.running().training().updaterState()).containsExactly(1, 2);
    List<Map<String, float[]>> entries = state.running().tables().entries();
    List<Map<String, float[]>> found = read.running().tables().entries();
    for (int n = 0; n < entries.size(); n++) {
      for (TensorShape shape : SearchModels.LSTM.quantizable()) {
        assertThat(found.get(n).get(shape.name()))
            .containsExactly(entries.get(n).get(shape.name()));
      }
    }
  }

  @Test
  void frozenBranchesNeedNoWeights() throws IOException {
    SearchState.frozen(SPACE).write(new LocalModelFiles(folder));
    SearchState read = SearchState.readFrozen(new LocalModelFiles(folder), SPACE);
    assertThat(read.weights()).isEmpty();
    assertThat(folder.resolve("training-state")).doesNotExist();
  }

  @Test
  void refusesADamagedFileAndOneOfAnotherSearch() throws IOException {
    written();
    Path file = folder.resolve("logits");
    byte[] bytes = Files.readAllBytes(file);
    byte[] damaged = bytes.clone();
    damaged[bytes.length / 2] ^= 1;
    Files.write(file, damaged);
    assertRefused("its SHA-256 digest does not match");
    damaged = bytes.clone();
    damaged[0] = 'X';
    Files.write(file, damaged);
    assertRefused("it does not start with BLSEARC1");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("it has %d bytes where %d belong".formatted(bytes.length - 1, bytes.length));
  }

  private void assertRefused(String what) {
    assertThatThrownBy(() -> SearchState.readRefit(new LocalModelFiles(folder), SPACE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cannot resume the search from %s: %s; give an undamaged checkpoint or start again"
                .formatted(folder.resolve("logits"), what));
  }
}
