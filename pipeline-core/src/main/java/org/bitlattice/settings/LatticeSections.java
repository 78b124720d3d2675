package org.bitlattice.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LinkWords;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.rescoring.Interpolation;
import org.bitlattice.rescoring.SearchRange;
import org.bitlattice.rescoring.WeightGrid;

/** Turns the sections {@code lattices} and {@code rescoring} into records. */
final class LatticeSections {
  private static final int MANY = 1_000_000;

  private final SettingsReader reader;

  LatticeSections(SettingsReader reader) {
    this.reader = reader;
  }

  LatticeSettings lattices(List<String> names) {
    SettingsReader lattices = reader.section("lattices");
    List<LatticeSettings.LatticeSet> sets = new ArrayList<>();
    for (String name : names) {
      if (name.matches(ExperimentSections.NAME)) {
        sets.add(set(name, lattices.section("sets." + name)));
      } else {
        reader.problem("lattices.sets." + name, "is not a name", "letters, digits, - and _");
      }
    }
    SettingsReader scales = lattices.section("first-pass");
    LatticeSettings settings =
        new LatticeSettings(
            lattices.requiredText("tuning-set"),
            lattices.integer("n-best", 1, 100_000),
            lattices.integer("shards", 1, MANY),
            lattices.integer("utterances-per-batch", 1, MANY),
            lattices.number("max-rejected-fraction", 0, 1),
            lattices.texts("fillers"),
            lattices.choice("link-words", LinkWords.class),
            new PathScales(
                scales.number("acoustic-scale", 0, 1e6),
                scales.number("language-scale", 0, 1e6),
                scales.number("word-insertion", -1e6, 1e6)),
            List.copyOf(sets));
    boolean tuned = sets.stream().anyMatch(set -> set.name().equals(settings.tuningSet()));
    if (!sets.isEmpty() && !tuned) {
      lattices.problem(
          "tuning-set",
          "is \"%s\"".formatted(settings.tuningSet()),
          "one of "
              + String.join(", ", sets.stream().map(LatticeSettings.LatticeSet::name).toList()));
    }
    return settings;
  }

  private static LatticeSettings.LatticeSet set(String name, SettingsReader set) {
    String path = set.requiredText("path");
    String words = set.has("words") ? set.text("words") : "";
    LatticeLocation location = new LatticeLocation(LatticeLocation.Kind.HTK, path);
    if (!path.isBlank()) {
      try {
        location = LatticeLocation.parse(path);
      } catch (IllegalArgumentException e) {
        set.problem(
            "path", "cannot be used: " + e.getMessage(), "ark:, scp:, htk: or nbest: and a path");
      }
    }
    if (location.kind().needsWords() && words.isBlank()) {
      set.problem(
          "words",
          set.has("words") ? "is empty" : "is missing",
          "the symbol table (words.txt) of the Kaldi lattices");
    }
    return new LatticeSettings.LatticeSet(
        name,
        location,
        words.isBlank() ? Optional.empty() : Optional.of(words),
        set.requiredText("references"));
  }

  RescoringSettings rescoring() {
    SettingsReader rescoring = reader.section("rescoring");
    String arpa = rescoring.text("first-pass-arpa");
    SettingsReader output = rescoring.section("output");
    return new RescoringSettings(
        rescoring.choice("mode", RescoringSettings.Mode.class),
        rescoring.integer("ngram-order", 2, 1_000),
        rescoring.number("beam", 0, 1e6),
        rescoring.choice("interpolate", Interpolation.Kind.class),
        arpa.isBlank() ? Optional.empty() : Optional.of(arpa),
        rescoring.number("residual-scale", 0, 1e6),
        new RescoringSettings.Output(
            output.choice("lattices", RescoringSettings.Form.class),
            output.integer("n-best", 0, 100_000)),
        grid(rescoring));
  }

  private static WeightGrid grid(SettingsReader rescoring) {
    SearchRange language = range(rescoring.section("language-scale"), 0, 1e6);
    SearchRange interpolation = range(rescoring.section("interpolation"), 0, 1);
    SearchRange insertion = range(rescoring.section("word-insertion"), -1e6, 1e6);
    int refinements = rescoring.integer("refinements", 0, 8);
    try {
      return new WeightGrid(1, language, interpolation, insertion, refinements);
    } catch (IllegalArgumentException e) {
      rescoring.problem(
          "refinements", "does not fit the grid: " + e.getMessage(), "a coarser or smaller grid");
      return new WeightGrid(
          1, SearchRange.only(1), SearchRange.only(0), SearchRange.only(0), refinements);
    }
  }

  private static SearchRange range(SettingsReader range, double minimum, double maximum) {
    double from = range.number("from", minimum, maximum);
    double to = range.number("to", minimum, maximum);
    double step = range.number("step", 1e-9, 1e6);
    try {
      return new SearchRange(from, to, step);
    } catch (IllegalArgumentException e) {
      range.problem("from", "does not fit: " + e.getMessage(), "from at most to");
      return SearchRange.only(minimum);
    }
  }
}
