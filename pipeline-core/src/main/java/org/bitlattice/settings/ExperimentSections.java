package org.bitlattice.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.quant.Precision;
import org.bitlattice.rescoring.Interpolation;
import org.bitlattice.scoring.Bootstrap;
import org.bitlattice.text.CorpusSettings;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.SegmentSettings;
import org.bitlattice.text.SentenceOrder;
import org.bitlattice.text.VocabularySettings;

/** Turns the sections of a configuration into records; problems are left in the reader. */
final class ExperimentSections {
  private static final int MANY = 1_000_000;
  static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]*";
  private static final Set<String> RESERVED = Set.of("first-pass", "ngram");

  private final SettingsReader reader;
  private final Config config;

  ExperimentSections(SettingsReader reader, Config config) {
    this.reader = reader;
    this.config = config;
  }

  ExperimentSettings read() {
    reader.text("data");
    LatticeSections latticeSections = new LatticeSections(reader);
    LatticeSettings lattices = latticeSections.lattices(names("lattices.sets"));
    RescoringSettings rescoring = latticeSections.rescoring();
    String arpa = reader.text("ngram.arpa");
    checkModels(lattices, rescoring, arpa);
    List<SystemSettings> systems = systems();
    String output = reader.requiredText("output");
    long seed = reader.integer64("seed");
    String imported = reader.text("baseline.import");
    CorpusSettings corpus = corpus(imported);
    ModelSettings model = model();
    BaselineSettings training = baseline();
    if (training.workers() > corpus.segments().shards()) {
      reader.problem(
          "training.workers",
          "is " + training.workers(),
          "at most corpus.shards = " + corpus.segments().shards());
    }
    return new ExperimentSettings(
        output,
        seed,
        corpus,
        model,
        imported.isBlank() ? Optional.empty() : Optional.of(imported),
        training,
        evaluation(),
        sensitivity(),
        search(systems),
        systems,
        arpa.isBlank() ? Optional.empty() : Optional.of(arpa),
        lattices,
        rescoring,
        scores(systems),
        reader.texts("report.notes"),
        ResolvedSettings.of(withDefaults(systems)));
  }

  private void checkModels(LatticeSettings lattices, RescoringSettings rescoring, String arpa) {
    boolean ngram = rescoring.interpolate() == Interpolation.Kind.NGRAM;
    if (!lattices.sets().isEmpty() && ngram && arpa.isBlank()) {
      reader.problem(
          "ngram.arpa",
          "is empty",
          "the path of an ARPA model, since there are lattices and rescoring.interpolate = ngram");
    }
    boolean kaldi = rescoring.output().lattices().isKaldi();
    for (LatticeSettings.LatticeSet set : lattices.sets()) {
      if (kaldi && set.words().isEmpty()) {
        reader.problem(
            "lattices.sets.%s.words".formatted(set.name()),
            "is missing",
            "a symbol table (words.txt), since rescored lattices are written in Kaldi's format");
      }
    }
    if (!ngram && rescoring.firstPassArpa().isPresent()) {
      reader.problem(
          "rescoring.first-pass-arpa",
          "is given",
          "nothing with rescoring.interpolate = lattice, which keeps the whole LM score of the lattice");
    }
  }

  /** The configuration with all settings of each system, so that a changed default shows there. */
  private Config withDefaults(List<SystemSettings> systems) {
    Config all = config;
    for (SystemSettings system : systems) {
      all = all.withFallback(config.getValue("system-defaults").atPath("systems." + system.id()));
    }
    return all;
  }

  /** The words of an imported baseline are a word list like any other. */
  private CorpusSettings corpus(String imported) {
    SettingsReader corpus = reader.section("corpus");
    String given = corpus.text("vocabulary-file");
    String file =
        given.isBlank() && !imported.isBlank() ? imported + "/" + ModelOutline.VOCABULARY : given;
    return new CorpusSettings(
        corpus.requiredText("train"),
        corpus.requiredText("dev"),
        corpus.requiredText("eval"),
        corpus.choice("line-format", LineFormat.class),
        new VocabularySettings(
            file.isBlank() ? Optional.empty() : Optional.of(file),
            corpus.integer("minimum-count", 1, Integer.MAX_VALUE),
            corpus.integer("maximum-words", 0, 10 * MANY)),
        new SegmentSettings(
            corpus.integer("segment-length", 1, 10_000),
            corpus.choice("sentence-order", SentenceOrder.class),
            corpus.integer("shards", 1, SegmentSettings.MAXIMUM_SHARDS)));
  }

  private ModelSettings model() {
    SettingsReader model = reader.section("model");
    model.choice("kind", ModelKind.class);
    return new ModelSettings(
        model.integer("embedding-size", 1, 100_000),
        model.integer("hidden-size", 1, 100_000),
        model.integer("layers", 1, 100));
  }

  private enum ModelKind {
    LSTM
  }

  private BaselineSettings baseline() {
    return BaselineSettings.read(reader.section("training"));
  }

  private EvaluationSettings evaluation() {
    SettingsReader evaluation = reader.section("evaluation");
    return new EvaluationSettings(
        evaluation.integer("batch-rows", 1, 65_536),
        evaluation.integer("shards", 1, MANY),
        evaluation.integer("sentences-per-round", 1, Integer.MAX_VALUE));
  }

  private SensitivitySettings sensitivity() {
    SettingsReader sensitivity = reader.section("sensitivity");
    return new SensitivitySettings(
        precisions(sensitivity),
        sensitivity.integer("sentences", 2, Integer.MAX_VALUE),
        sensitivity.integer("shards", 2, MANY),
        KlSettings.read(sensitivity.section("kl")),
        HessianSettings.read(sensitivity.section("hessian")));
  }

  /** Quantized precisions to choose from. */
  static List<Precision> precisions(SettingsReader section) {
    String allowed = "distinct numbers from 1, 2, 4, 8, 16";
    List<Precision> precisions = new ArrayList<>();
    for (int bits : section.integers("bits", "a list of " + allowed)) {
      if (!Set.of(1, 2, 4, 8, 16).contains(bits) || precisions.contains(Precision.ofBits(bits))) {
        section.problem("bits", "has " + bits, allowed);
      } else {
        precisions.add(Precision.ofBits(bits));
      }
    }
    if (precisions.isEmpty()) {
      section.problem("bits", "is empty", allowed);
    }
    return List.copyOf(precisions);
  }

  private SearchSettings search(List<SystemSettings> systems) {
    SettingsReader search = reader.section("search");
    return new SearchSection(search, systems).read(precisions(search), names("search.systems"));
  }

  private List<SystemSettings> systems() {
    SettingsReader defaults = reader.section("system-defaults");
    SystemSection.read("system-defaults", defaults, true);
    List<SystemSettings> systems = new ArrayList<>();
    for (String id : names("systems")) {
      if (!id.matches(NAME) || RESERVED.contains(id)) {
        reader.problem(
            "systems." + id,
            "is not a name",
            "letters, digits, - and _, but not "
                + String.join(" or ", RESERVED.stream().sorted().toList()));
        continue;
      }
      systems.add(
          SystemSection.read(id, reader.section("systems." + id).withFallback(defaults), false));
    }
    new StartOrder(reader, systems).check();
    return systems;
  }

  private List<String> names(String path) {
    try {
      return config.getObject(path).keySet().stream().sorted().toList();
    } catch (ConfigException e) {
      reader.problem(path, "is not an object", "a name and settings for each entry");
      return List.of();
    }
  }

  private static int bootstrapDraws(SettingsReader scores) {
    int draws = scores.integer("bootstrap", 0, Bootstrap.MOST_DRAWS);
    if (draws > 0 && draws < Bootstrap.FEWEST_DRAWS) {
      scores.problem(
          "bootstrap",
          "is " + draws,
          "0, or %d to %d draws".formatted(Bootstrap.FEWEST_DRAWS, Bootstrap.MOST_DRAWS));
      return 0;
    }
    return draws;
  }

  private static String speaker(SettingsReader scores) {
    String pattern = scores.requiredText("speaker");
    try {
      if (Pattern.compile(pattern).matcher("").groupCount() > 0) {
        return pattern;
      }
      scores.problem(
          "speaker",
          "is \"%s\", which has no group".formatted(pattern),
          "a regular expression whose first group is the speaker");
    } catch (PatternSyntaxException e) {
      scores.problem(
          "speaker",
          "is \"%s\": %s".formatted(pattern, e.getDescription()),
          "a regular expression whose first group is the speaker");
    }
    return "(.*)";
  }

  private ScoreSettings scores(List<SystemSettings> systems) {
    SettingsReader scores = reader.section("scores");
    ScoreSettings settings =
        new ScoreSettings(
            scores.requiredText("baseline"),
            scores.number("significance", 1e-6, 0.5),
            scores.number("lossless-margin", 0, 100),
            bootstrapDraws(scores),
            speaker(scores));
    boolean present =
        systems.stream()
            .anyMatch(
                s ->
                    s.id().equals(settings.baseline())
                        && s.method() == SystemSettings.Method.FULL_PRECISION);
    if (!systems.isEmpty() && !present) {
      scores.problem(
          "baseline",
          "is \"%s\"".formatted(settings.baseline()),
          "a system of method full-precision: "
              + String.join(
                  ", ",
                  systems.stream()
                      .filter(s -> s.method() == SystemSettings.Method.FULL_PRECISION)
                      .map(SystemSettings::id)
                      .toList()));
    }
    if (systems.isEmpty()) {
      reader.problem("systems", "is empty", "at least one system of method full-precision");
    }
    systems.sort(
        Comparator.comparing((SystemSettings s) -> !s.id().equals(settings.baseline()))
            .thenComparing(SystemSettings::id));
    return settings;
  }
}
