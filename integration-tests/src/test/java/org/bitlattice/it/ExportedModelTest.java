package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported models, run by programs of a few lines that know ONNX and nothing else. */
class ExportedModelTest {
  @TempDir private Path scratch;

  private static Path model(String system) {
    return SmallExperiment.undisturbed().resolve("systems/" + system + "/model");
  }

  private Path exported(String system) {
    Path file = scratch.resolve(system + ".onnx");
    ForeignPrograms.bitlattice(
        "model", "export", model(system).toString(), "--onnx", file.toString());
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "admm-2"})
  void theJavaExampleGivesThePerplexityOfTheModel(String system) {
    Path text = SmallExperiment.data().resolve("dev.txt");
    double expected = ForeignPrograms.byBitlattice(model(system), text);
    double found =
        ForeignPrograms.byJava(exported(system), model(system).resolve("vocabulary.txt"), text);
    assertThat(found).isCloseTo(expected, within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "admm-2"})
  void thePythonExampleGivesThePerplexityOfTheModel(String system) {
    Optional<Path> python =
        ForeignPrograms.python("onnxruntime, numpy")
            .or(() -> ForeignPrograms.python("onnx, numpy"));
    assumeTrue(
        python.isPresent(), "no python3 with onnxruntime or onnx (apt-get install python3-onnx)");
    Path text = SmallExperiment.data().resolve("dev.txt");
    double expected = ForeignPrograms.byBitlattice(model(system), text);
    double found =
        ForeignPrograms.byPython(
            python.get(), exported(system), model(system).resolve("vocabulary.txt"), text);
    assertThat(found).isCloseTo(expected, within(1e-4));
  }
}
