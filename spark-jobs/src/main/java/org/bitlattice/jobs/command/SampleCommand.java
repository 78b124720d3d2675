package org.bitlattice.jobs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.sample.SampleCorpus;
import org.bitlattice.sample.SampleSettings;
import org.bitlattice.sample.SampleSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a synthetic corpus with lattices. */
@Command(
    name = "sample",
    description =
        "Writes a synthetic corpus, bigram LM, lattices and references for trying things out.",
    footer = {"", "Example: bitlattice sample /tmp/sample"},
    mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder to write; must be absent or empty.")
  private Path folder;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random choices (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--train-sentences",
      paramLabel = "N",
      description = "Sentences of the training text, at least 100 (default: ${DEFAULT-VALUE}).")
  private int trainSentences = SampleSettings.DEFAULT.trainSentences();

  @Option(
      names = "--held-out-sentences",
      paramLabel = "N",
      description =
          "Sentences of the development and of the evaluation text (default: ${DEFAULT-VALUE}).")
  private int heldOutSentences = SampleSettings.DEFAULT.heldOutSentences();

  @Option(
      names = "--utterances",
      paramLabel = "N",
      description =
          "Leading sentences of each held-out text that get a lattice (default: ${DEFAULT-VALUE}).")
  private int utterances = SampleSettings.DEFAULT.utterances();

  @Override
  public Integer call() throws IOException {
    requireEmpty();
    SampleSettings settings = new SampleSettings(trainSentences, heldOutSentences, utterances);
    SampleSummary summary = SampleCorpus.write(folder, seed, settings);
    System.out.printf(
        Locale.ROOT,
        "%s: a synthetic corpus of %,d words; dev perplexity %.1f of its bigram, %.1f of its grammar%n",
        folder,
        summary.vocabularyWords(),
        summary.bigramDevPerplexity(),
        summary.grammarDevPerplexity());
    return ExitCode.DONE.code();
  }

  private void requireEmpty() throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new UserError(
              "the folder %s is not empty; give one that is empty or absent".formatted(folder));
        }
      }
    } else if (Files.exists(folder)) {
      throw new UserError("%s is a file; give a folder that is empty or absent".formatted(folder));
    }
  }
}
