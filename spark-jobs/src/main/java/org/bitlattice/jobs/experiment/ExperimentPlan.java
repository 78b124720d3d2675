package org.bitlattice.jobs.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.bitlattice.jobs.allocation.AllocateStage;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.prepare.PrepareStage;
import org.bitlattice.jobs.quantization.EvaluateStage;
import org.bitlattice.jobs.quantization.QuantizeStage;
import org.bitlattice.jobs.report.ReportStage;
import org.bitlattice.jobs.rescoring.HypothesesStage;
import org.bitlattice.jobs.rescoring.ReferenceSystem;
import org.bitlattice.jobs.rescoring.RescoreStage;
import org.bitlattice.jobs.scoring.ScoreStage;
import org.bitlattice.jobs.training.ImportStage;
import org.bitlattice.jobs.training.TrainStage;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.run.StageInputs;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.RescoringSettings;
import org.bitlattice.settings.SystemSettings;

/**
 * All stages of an experiment in the order in which they run. The digest of every stage follows
 * from settings and input files alone, so the whole plan is known before anything runs.
 */
public final class ExperimentPlan {
  /** Settings of a system's tables. */
  private static final List<String> TABLE_KEYS = List.of(".scope", ".scale-format", ".word-blocks");

  private final ExperimentSettings settings;
  private final Function<String, String> fileDigest;
  private final Function<LatticeLocation, List<String>> latticeFiles;
  private final List<Stage> stages = new ArrayList<>();

  private ExperimentPlan(
      ExperimentSettings settings,
      Function<String, String> fileDigest,
      Function<LatticeLocation, List<String>> latticeFiles) {
    this.settings = settings;
    this.fileDigest = fileDigest;
    this.latticeFiles = latticeFiles;
  }

  /**
   * The stages of an experiment.
   *
   * @param fileDigest digest of an input file or folder by its path
   * @param latticeFiles files that lattices lie in, those that a script file names among them
   */
  public static List<Stage> of(
      ExperimentSettings settings,
      Function<String, String> fileDigest,
      Function<LatticeLocation, List<String>> latticeFiles) {
    ExperimentPlan plan = new ExperimentPlan(settings, fileDigest, latticeFiles);
    plan.build();
    return List.copyOf(plan.stages);
  }

  private void build() {
    Stage prepare = prepare();
    Stage train = train(prepare);
    SensitivityStages sensitivities = new SensitivityStages(settings, prepare, train);
    stages.addAll(sensitivities.all());
    Map<String, Stage> assignments = new LinkedHashMap<>();
    for (SystemSettings system : settings.systems()) {
      assignments.put(system.id(), allocate(system, train, sensitivities));
    }
    Map<String, Stage> made = new LinkedHashMap<>();
    Map<String, Stage> models = new LinkedHashMap<>();
    for (SystemSettings system : settings.systems()) {
      models.put(system.id(), model(system, List.of(prepare, train), assignments, made));
    }
    List<Stage> measured = new ArrayList<>(models.values());
    measured.addAll(evaluations(prepare, models));
    List<Stage> rescored =
        settings.lattices().sets().isEmpty() ? List.of() : rescore(prepare, models);
    report(score(measured, rescored, prepare));
  }

  private Stage prepare() {
    SortedMap<String, String> keys = settings.resolved().below("corpus");
    List.of("train", "dev", "eval", "vocabulary-file").forEach(key -> keys.remove("corpus." + key));
    TreeMap<String, String> inputs = new TreeMap<>();
    inputs.put("corpus.train", fileDigest.apply(settings.corpus().train()));
    inputs.put("corpus.dev", fileDigest.apply(settings.corpus().dev()));
    inputs.put("corpus.eval", fileDigest.apply(settings.corpus().eval()));
    settings
        .corpus()
        .vocabulary()
        .file()
        .ifPresent(file -> inputs.put("corpus.vocabulary-file", fileDigest.apply(file)));
    return add(
        StageCommand.PREPARE,
        new StageInputs("prepare", settings.seed(), keys, inputs),
        Folders.CORPUS,
        List.of(),
        new PrepareStage(settings.corpus()));
  }

  private Stage train(Stage prepare) {
    if (settings.importedBaseline().isPresent()) {
      return imported(settings.importedBaseline().get(), prepare);
    }
    return add(
        StageCommand.TRAIN,
        inputs("train", List.of(prepare), "model", "training", "evaluation"),
        Folders.BASELINE,
        List.of(prepare),
        new TrainStage(settings.model(), settings.training(), settings.evaluation()));
  }

  private Stage imported(String folder, Stage prepare) {
    StageInputs inputs = inputs("train", List.of(prepare));
    TreeMap<String, String> digests = new TreeMap<>(inputs.digests());
    for (String file : ModelOutline.FILES) {
      digests.put("baseline.import " + file, fileDigest.apply(folder + "/" + file));
    }
    return add(
        StageCommand.TRAIN,
        new StageInputs(inputs.stage(), inputs.seed(), inputs.settings(), digests),
        Folders.BASELINE,
        List.of(prepare),
        new ImportStage(folder));
  }

  private Stage allocate(SystemSettings system, Stage train, SensitivityStages sensitivities) {
    Optional<Stage> measured = sensitivities.of(system);
    List<Stage> upstream = new ArrayList<>(List.of(train));
    measured.ifPresent(upstream::add);
    String section = "systems." + system.id();
    List<String> keys = new ArrayList<>(List.of(section + ".method"));
    TABLE_KEYS.forEach(key -> keys.add(section + key));
    if (system.method() != SystemSettings.Method.FULL_PRECISION) {
      keys.add(section + ".precision");
      keys.add(section + (measured.isPresent() ? ".budget" : ".bits"));
    }
    if (system.precision() instanceof PrecisionChoice.ByHessian) {
      keys.add(section + ".trace");
    }
    return add(
        StageCommand.ALLOCATE,
        inputs("allocate/" + system.id(), upstream, keys.toArray(String[]::new)),
        Folders.assignment(system.id()),
        List.copyOf(upstream),
        new AllocateStage(system));
  }

  /** The model of a system, after that of the system from whose weights its training starts. */
  private Stage model(
      SystemSettings system,
      List<Stage> common,
      Map<String, Stage> assignments,
      Map<String, Stage> made) {
    if (!made.containsKey(system.id())) {
      List<Stage> upstream = new ArrayList<>(common);
      upstream.add(assignments.get(system.id()));
      system
          .startFrom()
          .ifPresent(
              start -> upstream.add(model(settings.system(start), common, assignments, made)));
      made.put(system.id(), quantize(system, List.copyOf(upstream)));
    }
    return made.get(system.id());
  }

  private Stage quantize(SystemSettings system, List<Stage> upstream) {
    String section = "systems." + system.id();
    List<String> sections = new ArrayList<>(List.of("evaluation", section + ".method"));
    TABLE_KEYS.forEach(key -> sections.add(section + key));
    if (system.method().trains()) {
      sections.addAll(List.of("training", section + ".low-bit-training", section + ".start-from"));
      sections.add(
          section
              + (system.method() == SystemSettings.Method.ADMM ? ".admm" : ".straight-through"));
    }
    return add(
        StageCommand.QUANTIZE,
        inputs("quantize/" + system.id(), upstream, sections.toArray(String[]::new)),
        Folders.system(system.id()),
        upstream,
        new QuantizeStage(system, settings.training(), settings.evaluation()));
  }

  /** Perplexities of the systems that are not run exact. */
  private List<Stage> evaluations(Stage prepare, Map<String, Stage> models) {
    List<Stage> evaluations = new ArrayList<>();
    for (SystemSettings system : settings.systems()) {
      if (system.inference() != ScoringMode.EXACT) {
        List<Stage> upstream = List.of(prepare, models.get(system.id()));
        evaluations.add(
            add(
                StageCommand.QUANTIZE,
                inputs(
                    "evaluate/" + system.id(),
                    upstream,
                    "evaluation.batch-rows",
                    "evaluation.shards",
                    inference(system)),
                Folders.evaluated(system.id()),
                upstream,
                new EvaluateStage(system, settings.evaluation())));
      }
    }
    return evaluations;
  }

  private static String inference(SystemSettings system) {
    return "systems.%s.inference".formatted(system.id());
  }

  private List<Stage> rescore(Stage prepare, Map<String, Stage> models) {
    Map<String, Stage> hypotheses = new LinkedHashMap<>();
    List<LatticeSet> sets = new ArrayList<>(settings.lattices().sets());
    sets.sort(Comparator.comparing(set -> !set.name().equals(settings.lattices().tuningSet())));
    for (LatticeSet set : sets) {
      hypotheses.put(set.name(), hypotheses(set, prepare));
    }
    List<Stage> rescored = new ArrayList<>();
    for (ReferenceSystem system : ReferenceSystem.of(settings)) {
      rescored.addAll(rescore(system.id(), sets, hypotheses, List.of(), List.of()));
    }
    List<Stage> baselineTuning = new ArrayList<>();
    for (SystemSettings system : settings.systems()) {
      List<Stage> own =
          rescore(
              system.id(),
              sets,
              hypotheses,
              List.of(prepare, models.get(system.id())),
              List.copyOf(baselineTuning));
      if (baselineTuning.isEmpty()) {
        baselineTuning.add(own.get(0));
      }
      rescored.addAll(own);
    }
    return rescored;
  }

  private Stage hypotheses(LatticeSet set, Stage prepare) {
    boolean whole = settings.rescoring().mode() == RescoringSettings.Mode.LATTICE;
    List<String> keys =
        new ArrayList<>(
            List.of(
                "lattices.shards",
                "lattices.max-rejected-fraction",
                "lattices.fillers",
                "lattices.link-words",
                "lattices.first-pass",
                "rescoring.mode"));
    keys.addAll(
        whole ? List.of("rescoring.ngram-order", "rescoring.beam") : List.of("lattices.n-best"));
    StageInputs inputs =
        inputs("hypotheses/" + set.name(), List.of(prepare), keys.toArray(String[]::new));
    TreeMap<String, String> digests = new TreeMap<>(inputs.digests());
    String section = "lattices.sets." + set.name();
    for (String file : latticeFiles.apply(set.location())) {
      String key = file.equals(set.location().path()) ? ".path" : ".path " + file;
      digests.put(section + key, fileDigest.apply(file));
    }
    digests.put(section + ".references", fileDigest.apply(set.references()));
    set.words().ifPresent(words -> digests.put(section + ".words", fileDigest.apply(words)));
    settings.arpa().ifPresent(arpa -> digests.put("ngram.arpa", fileDigest.apply(arpa)));
    settings
        .rescoring()
        .firstPassArpa()
        .ifPresent(arpa -> digests.put("rescoring.first-pass-arpa", fileDigest.apply(arpa)));
    return add(
        StageCommand.RESCORE,
        new StageInputs(inputs.stage(), inputs.seed(), inputs.settings(), digests),
        Folders.hypotheses(set.name()),
        List.of(prepare),
        new HypothesesStage(set, settings));
  }

  /** Rescores all sets with one system: the tuning set first, whose weights the others use. */
  private List<Stage> rescore(
      String system,
      List<LatticeSet> sets,
      Map<String, Stage> hypotheses,
      List<Stage> model,
      List<Stage> baselineTuning) {
    List<String> keys = rescoringKeys(system);
    List<Stage> rescored = new ArrayList<>();
    for (LatticeSet set : sets) {
      List<Stage> upstream = new ArrayList<>(model);
      upstream.add(hypotheses.get(set.name()));
      upstream.addAll(baselineTuning);
      if (!rescored.isEmpty()) {
        upstream.add(rescored.get(0));
      }
      rescored.add(
          add(
              StageCommand.RESCORE,
              inputs("rescore/" + system + "/" + set.name(), upstream, keys.toArray(String[]::new)),
              Folders.rescored(system, set.name()),
              List.copyOf(upstream),
              new RescoreStage(system, set, settings)));
    }
    return rescored;
  }

  /** Settings that rescoring with a system reads; that it is run exact is not told. */
  private List<String> rescoringKeys(String id) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "rescoring.interpolate",
                "rescoring.residual-scale",
                "rescoring.output",
                "rescoring.language-scale",
                "rescoring.interpolation",
                "rescoring.word-insertion",
                "rescoring.refinements",
                "lattices.tuning-set",
                "lattices.utterances-per-batch",
                "lattices.shards",
                "evaluation.batch-rows",
                "scores.baseline"));
    settings.systems().stream()
        .filter(system -> system.id().equals(id) && system.inference() != ScoringMode.EXACT)
        .forEach(system -> keys.add(inference(system)));
    return keys;
  }

  private Stage score(List<Stage> measured, List<Stage> rescored, Stage prepare) {
    List<Stage> upstream = new ArrayList<>(List.of(prepare));
    upstream.addAll(measured);
    upstream.addAll(rescored);
    return add(
        StageCommand.SCORE,
        inputs("score", upstream, "scores"),
        Folders.SCORES,
        List.copyOf(upstream),
        new ScoreStage(settings));
  }

  private void report(Stage score) {
    add(
        StageCommand.REPORT,
        inputs("report", List.of(score), "report"),
        Folders.REPORT,
        List.of(score),
        new ReportStage(settings));
  }

  private StageInputs inputs(String name, List<Stage> upstream, String... sections) {
    return inputs(settings, name, upstream, sections);
  }

  /** What a stage depends on: the seed, sections or keys of the settings, and earlier stages. */
  static StageInputs inputs(
      ExperimentSettings settings, String name, List<Stage> upstream, String... sections) {
    TreeMap<String, String> digests = new TreeMap<>();
    upstream.forEach(stage -> digests.put(stage.name(), stage.inputs().digest()));
    return new StageInputs(
        name,
        settings.seed(),
        sections.length == 0 ? new TreeMap<>() : settings.resolved().below(sections),
        digests);
  }

  private Stage add(
      StageCommand command,
      StageInputs inputs,
      String folder,
      List<Stage> upstream,
      Stage.Work work) {
    Stage stage = new Stage(command, inputs, folder, upstream, work);
    stages.add(stage);
    return stage;
  }
}
