package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStateTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(50, 7, 11, 2);

  @TempDir private Path folder;

  @Test
  void comesBackBitForBit() throws IOException {
    TrainingState state = written();
    TrainingState read = TrainingState.read(new LocalModelFiles(folder), "state", LSTM);
    assertThat(read.iterations()).isEqualTo(123);
    assertThat(read.updaterState()).containsExactly(state.updaterState());
    for (TensorShape shape : LSTM.tensors()) {
      assertThat(read.weights().tensor(shape.name()))
          .containsExactly(state.weights().tensor(shape.name()));
    }
  }

  @Test
  void refusesADamagedFile() throws IOException {
    written();
    byte[] bytes = Files.readAllBytes(folder.resolve("state"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("state"), bytes);
    assertRefused("its SHA-256 digest does not match");
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    written();
    byte[] bytes = Files.readAllBytes(folder.resolve("state"));
    Files.write(folder.resolve("state"), Arrays.copyOf(bytes, bytes.length - 5));
    assertRefused("its length of %d bytes does not fit its header".formatted(bytes.length - 5));
    Files.write(folder.resolve("state"), Arrays.copyOf(bytes, 20));
    assertRefused("it has only 20 bytes");
  }

  @Test
  void refusesAnotherFormatAndAnotherModel() throws IOException {
    written();
    assertThatThrownBy(
            () ->
                TrainingState.read(
                    new LocalModelFiles(folder), "state", new LstmArchitecture(51, 7, 11, 2)))
        .hasMessageContaining("weights where the model has");
    Files.write(folder.resolve("state"), new byte[500]);
    assertRefused("it does not start with BLTRAIN1");
  }

  private TrainingState written() throws IOException {
    float[] updater = new float[40_000];
    for (int i = 0; i < updater.length; i++) {
      updater[i] = i * 0.37f;
    }
    TrainingState state = new TrainingState(InitialWeights.of(LSTM, 5), updater, 123);
    state.write(new LocalModelFiles(folder), "state");
    return state;
  }

  private void assertRefused(String what) {
    assertThatThrownBy(() -> TrainingState.read(new LocalModelFiles(folder), "state", LSTM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cannot resume training from %s: %s; give an undamaged checkpoint or start again"
                .formatted(folder.resolve("state"), what));
  }
}
