package org.bitlattice.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The page that sums up an experiment, in Markdown.
 *
 * @param experiment where the experiment lies
 * @param notes sentences that a reader of the numbers must know
 * @param rows word errors of all systems
 * @param weights tuned score weights by system
 * @param sets what each set holds
 * @param tuningSet set that the weights were tuned on
 */
public record SummaryPage(
    String experiment,
    List<String> notes,
    List<WerRow> rows,
    Map<String, List<WeightsRow>> weights,
    Map<String, SetFigures> sets,
    String tuningSet) {

  /** The whole page. */
  public String markdown() {
    StringBuilder page = new StringBuilder("# Bitlattice: results of %s\n".formatted(experiment));
    notes.forEach(note -> page.append("\n> ").append(note).append('\n'));
    rows.stream().map(WerRow::set).distinct().forEach(set -> appendSet(page, set));
    if (!weights.isEmpty()) {
      appendWeights(page);
    }
    return page.toString();
  }

  private void appendSet(StringBuilder page, String set) {
    List<WerRow> own = rows.stream().filter(row -> row.set().equals(set)).toList();
    if (set.isEmpty()) {
      page.append("\n## Models\n");
    } else {
      page.append(
          "\n## Set %s%s\n"
              .formatted(set, set.equals(tuningSet) ? " (score weights are tuned on it)" : ""));
      page.append(figures(own.get(0).referenceWords(), sets.getOrDefault(set, SetFigures.NONE)));
    }
    page.append(
        """

        | system | weights | bits | stored bits | bytes | ratio | dev PPL | eval PPL | sub | del | ins | WER % | 95 % | versus | Δ % | upper | detectable | z | p | lossless |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """);
    own.forEach(row -> page.append(line(row)));
  }

  private static String figures(long referenceWords, SetFigures figures) {
    String sentence =
        String.format(
            Locale.ROOT,
            "\n%,d reference words, %d utterances rejected.",
            referenceWords,
            figures.rejected());
    if (figures.referenceWords() > 0) {
      sentence +=
          String.format(
              Locale.ROOT,
              " Oracle word error rate %.2f %%, of what is rescored %.2f %%.",
              figures.oraclePercent(),
              figures.keptOraclePercent());
    }
    return sentence + "\n";
  }

  private static String line(WerRow row) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s | %d | %d | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            row.system(),
            row.weights(),
            number(row.averageBits(), 2),
            number(row.storedBits(), 2),
            row.modelBytes().isPresent()
                ? String.format(Locale.ROOT, "%,d", row.modelBytes().getAsLong())
                : "",
            number(row.compressionRatio(), 2),
            number(row.devPerplexity(), 2),
            number(row.evalPerplexity(), 2),
            row.substitutions(),
            row.deletions(),
            row.insertions(),
            number(OptionalDouble.of(row.werPercent()), 2),
            interval(row),
            row.versus().orElse(""),
            number(row.werIncreasePercent(), 2),
            number(row.increaseUpper95Percent(), 2),
            number(row.smallestDetectablePercent(), 2),
            number(row.mapssweZ(), 2),
            probability(row.mapssweP()) + (row.significant() ? " *" : ""),
            row.versus().isEmpty() ? "" : row.lossless() ? "yes" : "no");
  }

  private static String number(OptionalDouble value, int decimals) {
    return value.isPresent() && !Double.isNaN(value.getAsDouble())
        ? String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble())
        : "";
  }

  private static String interval(WerRow row) {
    return row.bootstrapLowPercent().isEmpty()
        ? ""
        : number(row.bootstrapLowPercent(), 1) + " to " + number(row.bootstrapHighPercent(), 1);
  }

  private static String probability(OptionalDouble p) {
    return p.isPresent() && p.getAsDouble() < 0.0001 ? "<0.0001" : number(p, 4);
  }

  private void appendWeights(StringBuilder page) {
    page.append(
        """

        95 %%: bootstrap interval of the word error rate over utterances. Against `versus`: Δ is the increase of the word error rate, absolute;
        upper, its one-sided 95 %% bound; detectable, the smallest difference that the test would call significant here. `*`: significant by the
        matched-pair sentence-segment word error test; positive z: more errors than `versus`. Lossless: not significantly worse, and the upper
        bound within the margin (`scores.lossless-margin`).
        Weights: *tuned* for the system; *network-alone*: the network without the n-gram model (μ = 1); *baseline-weights*: those tuned
        for the full-precision baseline; *lattice*: the scales in the lattices. Bits are nominal, over the quantized tensors; bytes are
        those of the weight file; perplexity counts sentence ends and the unknown word.

        ## Score weights, tuned on %s

        | system | weights | language scale | interpolation | word insertion | errors on %s | at the grid's limit |
        |---|---|---|---|---|---|---|
        """
            .formatted(tuningSet, tuningSet));
    weights.forEach(
        (system, choices) ->
            choices.forEach(
                row ->
                    page.append(
                        String.format(
                            Locale.ROOT,
                            "| %s | %s | %.3f | %.3f | %.3f | %d | %s |%n",
                            system,
                            row.weights(),
                            row.languageScale(),
                            row.interpolation(),
                            row.wordInsertion(),
                            row.tuningErrors(),
                            row.atLimit()))));
  }
}
