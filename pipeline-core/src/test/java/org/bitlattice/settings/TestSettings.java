package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bitlattice.allocation.AllocationRules;
import org.bitlattice.allocation.Budget;
import org.bitlattice.sensitivity.HessianSensitivity;

/** Settings on the reference that is in the checkout. */
final class TestSettings {
  static final String SMALL =
      """
      corpus { train = train.txt, dev = dev.txt, eval = eval.txt }
      systems.fp32.method = full-precision
      """;

  private TestSettings() {}

  /** The folder of configurations, found by going up from where the tests run. */
  static Path configs() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("configs/reference.conf"))) {
      folder = folder.getParent();
    }
    return folder.resolve("configs");
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ExperimentSettings load(String text, String... overrides) {
    return ExperimentLoader.load(
        text(configs().resolve("reference.conf")), text, "small.conf", List.of(overrides));
  }

  /** The choice of a source's sum, without rules. */
  static PrecisionChoice.Chosen chosen(PrecisionChoice.Source source, Budget budget) {
    return new PrecisionChoice.Chosen(
        List.of(source),
        budget,
        HessianSensitivity.Kind.MEAN,
        AllocationRules.NONE,
        Optional.empty());
  }

  static SettingsException refused(String text, String... overrides) {
    return catchThrowableOfType(SettingsException.class, () -> load(text, overrides));
  }
}
