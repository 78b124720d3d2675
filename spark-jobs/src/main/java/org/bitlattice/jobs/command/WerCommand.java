package org.bitlattice.jobs.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.run.Seeds;
import org.bitlattice.scoring.AlignmentListing;
import org.bitlattice.scoring.Bootstrap;
import org.bitlattice.scoring.BootstrapComparison;
import org.bitlattice.scoring.BootstrapInterval;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.SpeakerErrors;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.WerIncrease;
import org.bitlattice.scoring.WordErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Word error rates of transcripts, and their differences from those of a baseline. */
@Command(
    name = "wer",
    description =
        "Counts word errors as NIST sclite does; with --versus also tests the difference of every system from that one (MAPSSWE, as NIST sc_stats).",
    footer = {
      "",
      "Example: bitlattice wer --ref dev.ref.trn --hyp dev.a.trn --hyp dev.b.trn --versus dev.base.trn --bootstrap 10000"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class WerCommand implements Callable<Integer> {
  @Option(
      names = "--ref",
      paramLabel = "REF.trn",
      required = true,
      description = "Reference transcripts: word word ... (utterance-id), UTF-8.")
  private Path reference;

  @Option(
      names = "--hyp",
      paramLabel = "HYP.trn",
      required = true,
      description = "Transcripts to score; may be given several times.")
  private List<Path> hypotheses;

  @Option(
      names = "--versus",
      paramLabel = "BASE.trn",
      description = "Transcripts that every other one is compared with.")
  private Path versus;

  @Option(
      names = "--bootstrap",
      paramLabel = "DRAWS",
      description =
          "Also gives 95 %% bootstrap intervals over utterances (Bisani and Ney 2004), from so many draws; 10000 is usual.")
  private int draws;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the draws (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--by-speaker", description = "Also gives the errors of every speaker.")
  private boolean bySpeaker;

  @Option(
      names = "--speaker",
      paramLabel = "REGEX",
      defaultValue = SpeakerErrors.USUAL_PATTERN,
      description =
          "With --by-speaker: regular expression whose first group, found in an utterance id, is the speaker (${DEFAULT-VALUE}).")
  private String speaker;

  @Option(
      names = "--alignments",
      paramLabel = "FILE",
      description = "Writes the alignments of all systems, for people to read.")
  private Path alignments;

  @Override
  public Integer call() throws IOException {
    Pattern pattern = pattern();
    TrnFile references = read(reference);
    ScoredTranscript base = versus == null ? null : ScoredTranscript.of(references, read(versus));
    StringBuilder listing = new StringBuilder();
    System.out.printf(
        "%-32s %9s %9s %8s %8s %8s %8s %8s %8s %8s%n",
        "hypotheses",
        "sentences",
        "words",
        "correct",
        "sub",
        "del",
        "ins",
        "errors",
        "WER %",
        "wrong");
    if (base != null) {
      print(versus, base);
    }
    for (Path hypothesis : hypotheses) {
      TrnFile own = read(hypothesis);
      ScoredTranscript scored = ScoredTranscript.of(references, own);
      print(hypothesis, scored);
      compare(hypothesis, scored, base);
      if (bySpeaker) {
        printSpeakers(scored, pattern);
      }
      if (alignments != null) {
        listing.append("# ").append(hypothesis).append("\n\n");
        listing.append(AlignmentListing.of(scored, references, own));
      }
    }
    if (alignments != null) {
      Files.writeString(alignments, listing, StandardCharsets.UTF_8);
    }
    return ExitCode.DONE.code();
  }

  private Pattern pattern() {
    try {
      return Pattern.compile(speaker);
    } catch (PatternSyntaxException e) {
      throw new UserError(
          "--speaker %s is not a regular expression: %s".formatted(speaker, e.getDescription()), e);
    }
  }

  private static TrnFile read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new UserError("there is no file " + file);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return TrnFile.read(in, file.toString());
    }
  }

  private static void print(Path file, ScoredTranscript scored) {
    WordErrors errors = scored.errors();
    System.out.printf(
        Locale.ROOT,
        "%-32s %9d %9d %8d %8d %8d %8d %8d %8.2f %8d%n",
        file.getFileName(),
        scored.sentences(),
        errors.referenceWords(),
        errors.correct(),
        errors.substitutions(),
        errors.deletions(),
        errors.insertions(),
        errors.errors(),
        errors.percent(),
        scored.sentenceErrors());
  }

  private void compare(Path hypothesis, ScoredTranscript scored, ScoredTranscript base) {
    if (base == null) {
      if (draws != 0) {
        print("  95 % bootstrap interval of the WER:", Bootstrap.of(scored, draws, random()));
      }
      return;
    }
    MapssweResult test = Mapsswe.compare(scored, base);
    WerIncrease increase = WerIncrease.of(test, scored.errors().referenceWords());
    System.out.printf(
        Locale.ROOT,
        "  MAPSSWE against %s: %d segments (%.3f a sentence), mean difference %.3f errors a segment, standard deviation %.3f, z %.3f, two-tailed p %.4f: %s%n",
        versus.getFileName(),
        test.segments(),
        (double) test.segments() / scored.sentences(),
        test.meanDifference(),
        test.standardDeviation(),
        test.z(),
        test.p(),
        test.significant() ? "significant at 0.05" : "not significant at 0.05");
    System.out.printf(
        Locale.ROOT,
        "  WER %+.2f %% absolute, upper 95 %% bound %+.2f, smallest detectable difference %.2f%n",
        increase.percent(),
        increase.upperBound95(),
        increase.smallestDetectable());
    if (draws != 0) {
      BootstrapComparison drawn = Bootstrap.compare(scored, base, draws, random());
      print("  95 % bootstrap interval of the WER:", drawn.system());
      print("  95 % bootstrap interval of the difference:", drawn.difference());
      System.out.printf(
          Locale.ROOT,
          "  probability of fewer errors than %s: %.4f%n",
          versus.getFileName(),
          drawn.probabilityOfImprovement());
    }
  }

  /** The same draws for every system. */
  private RandomGenerator random() {
    return new SplittableRandom(new Seeds(seed).stream("bootstrap"));
  }

  private static void print(String what, BootstrapInterval interval) {
    System.out.printf(
        Locale.ROOT, "%s %.2f to %.2f%n", what, interval.lowPercent(), interval.highPercent());
  }

  private static void printSpeakers(ScoredTranscript scored, Pattern pattern) {
    for (SpeakerErrors own : SpeakerErrors.of(scored, pattern)) {
      WordErrors errors = own.errors();
      System.out.printf(
          Locale.ROOT,
          "  %-30s %9d %9d %8d %8d %8d %8d %8d %8.2f %8d%n",
          own.speaker(),
          own.sentences(),
          errors.referenceWords(),
          errors.correct(),
          errors.substitutions(),
          errors.deletions(),
          errors.insertions(),
          errors.errors(),
          errors.percent(),
          own.wrongSentences());
    }
  }
}
