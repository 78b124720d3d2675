package org.bitlattice.jobs.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.run.Seeds;
import org.bitlattice.scoring.AlignmentListing;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.SpeakerTable;
import org.bitlattice.scoring.TrnFile;
import picocli.CommandLine;
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
  private String reference;

  @Option(
      names = "--hyp",
      paramLabel = "HYP.trn",
      required = true,
      description = "Transcripts to score; may be given several times.")
  private List<String> hypotheses;

  @Option(
      names = "--versus",
      paramLabel = "BASE.trn",
      description = "Transcripts that every other one is compared with.")
  private String versus;

  @Option(names = "--by-speaker", description = "Also gives the errors of every speaker.")
  private boolean bySpeaker;

  @Option(
      names = "--speaker",
      paramLabel = "REGEX",
      description =
          "With --by-speaker: regular expression whose first group, found in an utterance id, is the speaker ("
              + SpeakerTable.USUAL_PATTERN
              + ").")
  private String speaker;

  @Option(
      names = "--alignments",
      paramLabel = "FILE",
      description = "Writes the alignments of every --hyp, for people to read.")
  private String alignments;

  @Option(
      names = "--bootstrap",
      paramLabel = "DRAWS",
      description =
          "Also gives 95 %% bootstrap intervals over utterances (Bisani and Ney 2004), from so many draws; 10000 is usual.")
  private Integer draws;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "With --bootstrap: seed of the draws (1).")
  private Long seed;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requirePartner("--speaker", speaker, "--by-speaker", bySpeaker);
    requirePartner("--seed", seed, "--bootstrap", draws != null);
    Pattern pattern = pattern(speaker == null ? SpeakerTable.USUAL_PATTERN : speaker);
    Configuration hadoop = HadoopSettings.configuration();
    requireOwnFile(hadoop);
    TrnFile references = references(hadoop);
    WerReport report = new WerReport();
    if (versus != null) {
      report.compareWith(versus, ScoredTranscript.of(references, read(versus, hadoop)));
    }
    List<TrnFile> transcripts = new ArrayList<>();
    for (String hypothesis : hypotheses) {
      transcripts.add(read(hypothesis, hadoop));
      report.add(hypothesis, ScoredTranscript.of(references, transcripts.get(report.size())));
    }
    StringBuilder text = new StringBuilder(report.errors());
    text.append(report.comparisons());
    if (draws != null) {
      text.append(report.intervals(draws, new Seeds(seed == null ? 1 : seed).stream("bootstrap")));
    }
    if (bySpeaker) {
      text.append(report.speakers(pattern));
    }
    if (alignments != null) {
      writeAlignments(references, transcripts, hadoop);
    }
    System.out.print(text);
    return ExitCode.DONE.code();
  }

  /** An option that would do nothing without another one is a mistake. */
  private void requirePartner(String option, Object value, String partner, boolean given) {
    if (value != null && !given) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "%s has no effect without %s".formatted(option, partner));
    }
  }

  private static Pattern pattern(String speaker) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(speaker);
    } catch (PatternSyntaxException e) {
      throw new UserError(
          "--speaker %s is not a regular expression: %s".formatted(speaker, e.getDescription()), e);
    }
    if (pattern.matcher("").groupCount() < 1) {
      throw new UserError(
          "--speaker %s has no group; give a regular expression whose first group is the speaker, such as %s"
              .formatted(speaker, SpeakerTable.USUAL_PATTERN));
    }
    return pattern;
  }

  /** The alignments must not take the place of a transcript. */
  private void requireOwnFile(Configuration hadoop) {
    if (alignments == null) {
      return;
    }
    List<String> inputs = new ArrayList<>(hypotheses);
    inputs.add(reference);
    if (versus != null) {
      inputs.add(versus);
    }
    Path output = path(alignments, hadoop);
    for (String input : inputs) {
      if (output.equals(path(input, hadoop))) {
        throw new UserError(
            "--alignments %s is one of the transcripts; give another file".formatted(alignments));
      }
    }
  }

  private static Path path(String name, Configuration hadoop) {
    try {
      Path path = HadoopPath.of(name);
      return path.getFileSystem(hadoop).makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError("cannot use the path %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private TrnFile references(Configuration hadoop) throws IOException {
    TrnFile references = read(reference, hadoop);
    if (references.utterances().stream().allMatch(utterance -> utterance.words().isEmpty())) {
      throw new UserError(
          "%s has %d utterances and no word; a word error rate needs at least one word"
              .formatted(reference, references.size()));
    }
    return references;
  }

  private static TrnFile read(String name, Configuration hadoop) throws IOException {
    Path path = path(name, hadoop);
    FileSystem files = path.getFileSystem(hadoop);
    if (!files.exists(path)) {
      throw new UserError("there is no file " + name);
    }
    if (files.getFileStatus(path).isDirectory()) {
      throw new UserError("%s is a folder; give a transcript file".formatted(name));
    }
    try (InputStream in = new BufferedInputStream(files.open(path))) {
      return TrnFile.read(in, name);
    }
  }

  private void writeAlignments(TrnFile references, List<TrnFile> transcripts, Configuration hadoop)
      throws IOException {
    try (TextOutput output = TextOutput.file(alignments, hadoop)) {
      Writer writer = output.writer();
      for (TrnFile transcript : transcripts) {
        writer.write("# %s\n\n".formatted(transcript.location()));
        ScoredTranscript scored = ScoredTranscript.of(references, transcript);
        AlignmentListing.write(scored, references, transcript, writer);
      }
      output.keep();
    }
  }
}
