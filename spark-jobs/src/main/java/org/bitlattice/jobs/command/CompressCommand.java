package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.jobs.compress.CompressionStage;
import org.bitlattice.jobs.compress.Publication;
import org.bitlattice.jobs.compress.SplitText;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.experiment.ImportedBaseline;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.OutputLock;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.job.StageRunner;
import org.bitlattice.jobs.job.StageStatus;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.settings.CompressionConfig;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.settings.SystemSettings.Method;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.TextPart;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * From a model and some text to a smaller model, by an experiment that is made of the command line.
 * Inputs: a model folder in full precision, a text. Outputs below {@code --out}: {@code model/},
 * {@code summary.md}, and the folders of the experiment.
 */
@Command(
    name = "compress",
    description = {
      "Makes a language model smaller: measures on some text what the model suffers from fewer bits of each weight matrix or block of words, chooses precisions that fit a size, makes the model and says what it lost.",
      "",
      "The folder DIR is an experiment. A call that was interrupted goes on; another target or method in the same folder uses what was measured."
    },
    footer = {
      "",
      "Fills DIR/model (a model folder) and DIR/summary.md (sizes, perplexities, precisions).",
      "",
      "Example: bitlattice compress lm --text train.txt.gz --target-size 1MB --out lm-small"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompressCommand implements Callable<Integer> {
  /** What another target or method changes; nothing of it takes long without training. */
  private static final Set<StageCommand> SOLVED_AGAIN =
      EnumSet.range(StageCommand.ALLOCATE, StageCommand.REPORT);

  /** There are no lattices; those that somebody rescores in the folder later are left alone. */
  private static final Set<StageCommand> ABOUT_LATTICES =
      EnumSet.range(StageCommand.RESCORE, StageCommand.REPORT);

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A model folder in full precision, of bitlattice model import or of an experiment (baseline/model).")
  private String model;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      required = true,
      description =
          "Text, plain or gzip, one sentence a line. Every 20th sentence is for measuring (dev), every 20th for the final figures (eval), at most 5,000 each.")
  private String text;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private CompressTarget target;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the result, absent, empty or of an earlier call.")
  private String out;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "ptq",
      converter = MethodName.class,
      description =
          "How the weights are made: ptq (tables fitted, nothing trained), straight-through or admm (trained on the text) (${DEFAULT-VALUE}).")
  private Method method;

  @Option(
      names = "--held-out",
      paramLabel = "FILE",
      description =
          "Dev and eval are sentences of this text, by turns, at most 5,000 each, and all of --text is for training. Give one that the model was not trained on.")
  private String heldOut;

  @Option(
      names = "--with-ids",
      description = "Every line of the texts starts with an utterance id, which is left out.")
  private boolean withIds;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Sets one configuration value of the experiment; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--plan", description = "Prints what would run, and runs nothing.")
  private boolean plan;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.configuration();
    LmArchitecture architecture = architecture(hadoop);
    ExperimentSettings settings = settings(hadoop);
    ImportedBaseline.check(settings, hadoop);
    boolean needless = requireReachable(settings, architecture);
    ExperimentRun run = new ExperimentRun(settings, hadoop);
    requireOwn(run.output());
    List<Stage> stages = stages(settings, run, hadoop);
    if (plan) {
      run.print(stages, SOLVED_AGAIN);
      return ExitCode.DONE.code();
    }
    if (needless) {
      System.out.printf(
          "%s is met without compression; weights get 16 bits at most all the same%n",
          target.written());
    }
    run.run(stages, SOLVED_AGAIN, new Publication(run.output(), hadoop)::publish);
    System.out.print(run.output().folder(Folders.COMPRESSED).readText(CompressionStage.IN_SHORT));
    System.out.printf("summary: %s/%s%n", out, CompressionStage.SUMMARY);
    return ExitCode.DONE.code();
  }

  /** The whole model is read, so that a damaged one is told before anything else is done. */
  private LmArchitecture architecture(Configuration hadoop) throws IOException {
    PackedModel read = ModelFolder.read(HadoopFolder.at(model, hadoop)).model();
    if (!read.quantized().isEmpty()) {
      throw new UserError(
          "%s is a low-bit model already (%s); compress needs a model in full precision"
              .formatted(model, String.join(", ", read.quantized().keySet())));
    }
    boolean tied = read.architecture() instanceof LstmArchitecture lstm && lstm.tied();
    if (tied && method.trains()) {
      throw new UserError(
          "%s has a tied output (decoder.weight is encoder.weight), which --method %s cannot train; allowed: --method ptq, or a model imported with --output separate"
              .formatted(model, MethodName.written(method)));
    }
    return read.architecture();
  }

  private ExperimentSettings settings(Configuration hadoop) {
    HadoopFolder output = HadoopFolder.at(out, hadoop);
    HadoopFolder texts = output.folder(Folders.TEXT);
    return new CompressionConfig(
            output.path(),
            HadoopFolder.at(model, hadoop).path(),
            texts.location(SplitText.file(TextPart.TRAIN)),
            texts.location(SplitText.file(TextPart.DEV)),
            texts.location(SplitText.file(TextPart.EVAL)),
            method,
            target.budget())
        .load(Experiment.reference(), overrides);
  }

  /** Returns whether the target is met without compression. */
  private boolean requireReachable(ExperimentSettings settings, LmArchitecture architecture) {
    SystemSettings system = settings.system(CompressionConfig.SYSTEM);
    ModelUnits units = system.tables().words().cut(architecture);
    PrecisionChoice.Chosen chosen = (PrecisionChoice.Chosen) system.precision();
    target.requireReachable(
        units, settings.sensitivity().precisions(), system.tables().scales(), chosen.rules());
    return target.isMetBy(units);
  }

  /** A folder with other files in it is not ours to fill. */
  private void requireOwn(HadoopFolder output) {
    if (output.isFile()) {
      throw new UserError("--out %s is a file; give a folder".formatted(out));
    }
    List<String> texts = new ArrayList<>(output.folder(Folders.TEXT).names());
    texts.removeIf(name -> name.startsWith("."));
    boolean own = texts.contains(StageRunner.COMPLETE) || texts.contains(StageRunner.BEGUN);
    List<String> others = new ArrayList<>(output.names());
    others.removeIf(name -> name.startsWith("."));
    others.removeAll(List.of(ExperimentRun.SETTINGS, OutputLock.FILE));
    if (texts.isEmpty()) {
      others.remove(Folders.TEXT);
    }
    if (!own && !others.isEmpty()) {
      throw new UserError(
          "--out %s is not empty and was not made by bitlattice compress; give a folder that is absent or empty"
              .formatted(out));
    }
  }

  /** The text, the experiment, and the page; refused where what is there is of other inputs. */
  private List<Stage> stages(ExperimentSettings settings, ExperimentRun run, Configuration hadoop)
      throws IOException {
    LineFormat format = withIds ? LineFormat.ID_AND_WORDS : LineFormat.WORDS;
    SplitText split = new SplitText(text, Optional.ofNullable(heldOut), format, hadoop);
    Stage texts = split.stage(settings.seed());
    List<Stage> stages = new ArrayList<>(List.of(texts));
    refuseDifferent(run, stages);
    Map<String, String> digests = digests(run, texts, split);
    Experiment.plan(
            settings,
            path ->
                digests.containsKey(path) ? digests.get(path) : HadoopFolder.digest(path, hadoop),
            hadoop)
        .stream()
        .filter(stage -> !ABOUT_LATTICES.contains(stage.command()))
        .forEach(stages::add);
    CompressionStage.Request request =
        new CompressionStage.Request(
            model,
            text,
            heldOut == null ? text : heldOut,
            target.written(),
            MethodName.written(method),
            out);
    stages.add(new CompressionStage(settings, request, split, List.copyOf(stages)).stage());
    refuseDifferent(run, stages);
    return stages;
  }

  private void refuseDifferent(ExperimentRun run, List<Stage> stages) {
    run.runner()
        .refuseDifferent(
            stages,
            SOLVED_AGAIN,
            "%s was made from another model or text, or with other settings than target and method; give another --out"
                .formatted(out));
  }

  /** Digests of the parts of the text by their paths, where these are not written yet. */
  private static Map<String, String> digests(ExperimentRun run, Stage texts, SplitText split)
      throws IOException {
    Map<String, String> digests = new HashMap<>();
    if (run.runner().status(texts).kind() != StageStatus.Kind.COMPLETE) {
      HadoopFolder folder = run.output().folder(texts.folder());
      split
          .digests()
          .forEach((part, digest) -> digests.put(folder.location(SplitText.file(part)), digest));
    }
    return digests;
  }
}
