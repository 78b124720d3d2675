package org.bitlattice.jobs.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.run.Digest;
import org.bitlattice.settings.ExperimentLoader;

/** Plans of a small experiment, whose files are known by name alone. */
final class PlannedExperiment {
  static final String TEXT =
      """
      corpus { train = train.txt, dev = dev.txt, eval = eval.txt, vocabulary-file = words.txt }
      systems {
        fp32 { method = full-precision }
        a { method = ptq, bits = 4 }
        k { precision = kl, budget.average-bits = 2 }
        r { precision = kl, budget.ratio = 9, scope = row }
      }
      """;
  static final String CONFIGURATION =
      TEXT
          + """
          ngram.arpa = model.arpa
          lattices.sets {
            dev { path = dev.tar, references = dev.trn }
            eval { path = eval.tar, references = eval.trn }
          }
          """;

  private PlannedExperiment() {}

  /**
   * The plan of a configuration.
   *
   * @param changedFile a file whose content is another one than usual; empty for none
   */
  static List<Stage> plan(String text, String changedFile, String... overrides) {
    try (InputStream in = Stage.class.getResourceAsStream("/bitlattice/reference.conf")) {
      String reference = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return ExperimentPlan.of(
          ExperimentLoader.load(reference, text, "test.conf", List.of(overrides)),
          file -> Digest.of(file.equals(changedFile) ? "changed" : file),
          location ->
              location.path().endsWith(".scp")
                  ? List.of(location.path(), "named.ark")
                  : List.of(location.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> names(List<Stage> plan) {
    return plan.stream().map(Stage::name).toList();
  }

  static Stage stage(String name, List<Stage> plan) {
    return plan.stream().filter(stage -> stage.name().equals(name)).findFirst().orElseThrow();
  }
}
