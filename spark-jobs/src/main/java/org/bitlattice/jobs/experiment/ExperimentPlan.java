package org.bitlattice.jobs.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.bitlattice.jobs.scoring.ScoreStage;
import org.bitlattice.jobs.search.SearchStage;
import org.bitlattice.jobs.training.ImportStage;
import org.bitlattice.jobs.training.TrainStage;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.quant.TableForm;
import org.bitlattice.run.StageInputs;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.PrecisionChoice;
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
  private final PlannedStages planned;

  private ExperimentPlan(
      ExperimentSettings settings,
      Function<String, String> fileDigest,
      Function<LatticeLocation, List<String>> latticeFiles) {
    this.settings = settings;
    this.fileDigest = fileDigest;
    this.latticeFiles = latticeFiles;
    this.planned = new PlannedStages(settings);
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
    return plan.planned.stages();
  }

  private void build() {
    Stage prepare = prepare();
    Stage train = train(prepare);
    SensitivityStages sensitivities = new SensitivityStages(settings, planned, prepare, train);
    sensitivities.all().forEach(planned::add);
    Map<String, Stage> assignments = new LinkedHashMap<>();
    for (SystemSettings system : settings.systems()) {
      if (!isSearched(system)) {
        assignments.put(
            system.id(), allocate(system, List.of(prepare, train), sensitivities.of(system)));
      }
    }
    Map<String, Stage> made = new LinkedHashMap<>();
    search(List.of(prepare, train), sensitivities, assignments, made);
    Map<String, Stage> models = new LinkedHashMap<>();
    for (SystemSettings system : settings.systems()) {
      models.put(system.id(), model(system, List.of(prepare, train), assignments, made));
    }
    List<Stage> measured = new ArrayList<>(models.values());
    measured.addAll(evaluations(prepare, models));
    List<Stage> rescored =
        settings.lattices().sets().isEmpty()
            ? List.of()
            : new RescoringPlan(settings, planned, fileDigest, latticeFiles)
                .rescore(prepare, models);
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

  private static boolean isSearched(SystemSettings system) {
    return system.precision().uses(PrecisionChoice.Source.SEARCH);
  }

  /** Searches for the precisions of systems, after the models that are their branches. */
  private void search(
      List<Stage> common,
      SensitivityStages sensitivities,
      Map<String, Stage> assignments,
      Map<String, Stage> made) {
    Map<TableForm, Stage> searches = new LinkedHashMap<>();
    for (SystemSettings system : settings.systems()) {
      if (isSearched(system)) {
        Stage search =
            searches.computeIfAbsent(
                system.tables(), tables -> search(tables, common, assignments, made));
        List<Stage> measured = sensitivities.of(system);
        measured.add(search);
        assignments.put(system.id(), allocate(system, common, measured));
      }
    }
  }

  private Stage search(
      TableForm tables,
      List<Stage> common,
      Map<String, Stage> assignments,
      Map<String, Stage> made) {
    List<Stage> upstream = new ArrayList<>(common);
    for (String branch : settings.search().systems().values()) {
      upstream.add(model(settings.system(branch), common, assignments, made));
    }
    return add(
        StageCommand.SENSITIVITY,
        inputs(
            Folders.search(tables),
            upstream,
            "search",
            settings.search().trainsWeights() ? "training" : "training.minibatch-segments"),
        Folders.search(tables),
        List.copyOf(upstream),
        new SearchStage(
            tables, settings.search(), settings.training(), settings.corpus().segments().length()));
  }

  /**
   * @param measured what the precisions are chosen by, unless they are uniform or given
   */
  private Stage allocate(SystemSettings system, List<Stage> common, List<Stage> measured) {
    String section = "systems." + system.id();
    List<Stage> upstream = new ArrayList<>(List.of(common.get(1)));
    List<String> keys = new ArrayList<>();
    TreeMap<String, String> digests = new TreeMap<>();
    if (system.precision() instanceof PrecisionChoice.Given given) {
      digests.put(section + ".assignment", fileDigest.apply(given.path()));
    } else {
      keys.add(section + ".method");
      TABLE_KEYS.forEach(key -> keys.add(section + key));
    }
    if (system.precision() instanceof PrecisionChoice.Chosen chosen) {
      upstream.addAll(measured);
      keys.addAll(chosenKeys(section, chosen));
      if (chosen.candidates().isPresent()) {
        upstream.add(common.get(0));
      }
    }
    if (system.method() != SystemSettings.Method.FULL_PRECISION) {
      keys.add(section + ".precision");
      if (system.precision() instanceof PrecisionChoice.Uniform) {
        keys.add(section + ".bits");
      }
    }
    StageInputs inputs = inputs("allocate/" + system.id(), upstream, keys.toArray(String[]::new));
    digests.putAll(inputs.digests());
    return add(
        StageCommand.ALLOCATE,
        new StageInputs(inputs.stage(), inputs.seed(), inputs.settings(), digests),
        Folders.assignment(system.id()),
        List.copyOf(upstream),
        new AllocateStage(system, settings.sensitivity().precisions(), settings.evaluation()));
  }

  /** Settings that a choice under a budget reads beside those of the tables. */
  private static List<String> chosenKeys(String section, PrecisionChoice.Chosen chosen) {
    List<String> keys = new ArrayList<>(List.of(section + ".budget", section + ".allocation"));
    if (chosen.uses(PrecisionChoice.Source.HESSIAN)) {
      keys.add(section + ".trace");
    }
    if (chosen.candidates().isPresent()) {
      keys.addAll(List.of(section + ".candidates", "evaluation.shards", "evaluation.batch-rows"));
      keys.add(section + (chosen.sources().size() > 1 ? ".sources" : ".choose-by"));
    }
    if (chosen.uses(PrecisionChoice.Source.UNIFORM)) {
      keys.add("sensitivity.bits");
    }
    return keys;
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
    if (!(system.precision() instanceof PrecisionChoice.Given)) {
      TABLE_KEYS.forEach(key -> sections.add(section + key));
    }
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

  /** The setting of the mode in which a system is run. */
  static String inference(SystemSettings system) {
    return "systems.%s.inference".formatted(system.id());
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
    return planned.inputs(name, upstream, sections);
  }

  private Stage add(
      StageCommand command,
      StageInputs inputs,
      String folder,
      List<Stage> upstream,
      Stage.Work work) {
    return planned.add(new Stage(command, inputs, folder, upstream, work));
  }
}
