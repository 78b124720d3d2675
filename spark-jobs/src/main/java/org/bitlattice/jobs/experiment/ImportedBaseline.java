package org.bitlattice.jobs.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.settings.SystemSettings.Method;
import org.bitlattice.text.WordList;

/** What is asked of an imported baseline before anything runs. */
public final class ImportedBaseline {
  /** Methods that train nothing, which a tied model allows. */
  private static final Set<Method> WITHOUT_TRAINING = EnumSet.of(Method.FULL_PRECISION, Method.PTQ);

  private ImportedBaseline() {}

  /**
   * Checks the model folder of {@code baseline.import}, if there is one: in full precision, with an
   * output that the systems' methods can train, and with the words of {@code
   * corpus.vocabulary-file}, if that is given.
   *
   * @throws UserError in one sentence that names the setting, the folder, and the file, system,
   *     tensor or word that does not fit
   */
  public static void check(ExperimentSettings settings, Configuration hadoop) {
    Optional<String> folder = settings.importedBaseline();
    if (folder.isEmpty()) {
      return;
    }
    try {
      check(settings, folder.get(), hadoop);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError("baseline.import: %s".formatted(e.getMessage()), e);
    }
  }

  private static void check(ExperimentSettings settings, String folder, Configuration hadoop)
      throws IOException {
    ModelOutline model = ModelOutline.read(HadoopFolder.at(folder, hadoop));
    requireFullPrecision(model, folder);
    requireTrainable(model, folder, settings.systems());
    String own = folder + "/" + ModelOutline.VOCABULARY;
    String list = settings.corpus().vocabulary().file().orElse(own);
    if (!list.equals(own)) {
      requireSameWords(own, words(own, hadoop), list, words(list, hadoop));
    }
  }

  private static void requireFullPrecision(ModelOutline model, String folder) {
    if (!model.quantized().isEmpty()) {
      throw new UserError(
          "baseline.import: %s is a low-bit model (%s); a baseline is in full precision"
              .formatted(folder, String.join(", ", model.quantized())));
    }
  }

  private static void requireTrainable(
      ModelOutline model, String folder, List<SystemSettings> systems) {
    List<String> trained =
        systems.stream()
            .filter(system -> !WITHOUT_TRAINING.contains(system.method()) || isSearched(system))
            .map(
                system ->
                    "%s (%s)"
                        .formatted(
                            system.id(),
                            isSearched(system) ? "precision search" : written(system.method())))
            .toList();
    if (model.architecture() instanceof LstmArchitecture lstm
        && lstm.tied()
        && !trained.isEmpty()) {
      throw new UserError(
          ("baseline.import: %s has a tied output (decoder.weight is encoder.weight), which cannot"
                  + " be trained, but these systems train it: %s; allowed are the methods"
                  + " full-precision and ptq, or a model imported with --output separate")
              .formatted(folder, String.join(", ", trained)));
    }
  }

  /** A search takes gradients of the baseline. */
  private static boolean isSearched(SystemSettings system) {
    return system.precision().uses(PrecisionChoice.Source.SEARCH);
  }

  private static String written(Method method) {
    return method.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> words(String file, Configuration hadoop) throws IOException {
    Path path = HadoopPath.of(file);
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return WordList.read(in, file);
    }
  }

  private static void requireSameWords(
      String own, List<String> model, String file, List<String> list) {
    Set<String> missing = new LinkedHashSet<>(list);
    model.forEach(missing::remove);
    Set<String> left = new LinkedHashSet<>(model);
    list.forEach(left::remove);
    if (missing.isEmpty() && left.isEmpty()) {
      return;
    }
    boolean extra = !missing.isEmpty();
    throw new UserError(
        ("corpus.vocabulary-file: %s has other words than the model of baseline.import: \"%s\" is"
                + " only in %s; leave it empty to take the model's words")
            .formatted(file, (extra ? missing : left).iterator().next(), extra ? file : own));
  }
}
