package org.bitlattice.jobs.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.WordErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Word error rate of transcripts, and the difference of two. */
@Command(
    name = "wer",
    description =
        "Counts word errors as NIST sclite does; with --versus also tests the difference (MAPSSWE).",
    footer = {"", "Example: bitlattice wer --ref dev.ref.trn --hyp dev.a.trn --versus dev.b.trn"},
    mixinStandardHelpOptions = true)
final class WerCommand implements Callable<Integer> {
  @Option(
      names = "--ref",
      paramLabel = "REF.trn",
      required = true,
      description = "Reference transcripts.")
  private Path reference;

  @Option(
      names = "--hyp",
      paramLabel = "HYP.trn",
      required = true,
      description = "Transcripts to score.")
  private Path hypothesis;

  @Option(
      names = "--versus",
      paramLabel = "OTHER.trn",
      description = "Transcripts to compare with.")
  private Path versus;

  @Override
  public Integer call() throws IOException {
    TrnFile references = read(reference);
    ScoredTranscript scored = ScoredTranscript.of(references, read(hypothesis));
    System.out.printf(
        "%-32s %9s %9s %8s %8s %8s %8s %8s%n",
        "hypotheses", "sentences", "words", "correct", "sub", "del", "ins", "WER %");
    print(hypothesis, scored);
    if (versus != null) {
      ScoredTranscript other = ScoredTranscript.of(references, read(versus));
      print(versus, other);
      MapssweResult test = Mapsswe.compare(scored, other);
      System.out.printf(
          Locale.ROOT,
          "MAPSSWE: %d segments, mean difference %.4f errors a segment, z %.3f, two-tailed p %.4f: %s%n",
          test.segments(),
          test.meanDifference(),
          test.z(),
          test.p(),
          test.significant() ? "significant at 0.05" : "not significant at 0.05");
    }
    return ExitCode.DONE.code();
  }

  private static TrnFile read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return TrnFile.read(in, file.toString());
    }
  }

  private static void print(Path file, ScoredTranscript scored) {
    WordErrors errors = scored.errors();
    System.out.printf(
        Locale.ROOT,
        "%-32s %9d %9d %8d %8d %8d %8d %8.2f%n",
        file.getFileName(),
        scored.sentences(),
        errors.referenceWords(),
        errors.correct(),
        errors.substitutions(),
        errors.deletions(),
        errors.insertions(),
        errors.percent());
  }
}
