package org.bitlattice.report;

import java.math.BigDecimal;
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
 * @param rules how sets and systems are judged
 */
public record SummaryPage(
    String experiment,
    List<String> notes,
    List<WerRow> rows,
    Map<String, List<WeightsRow>> weights,
    Map<String, SetFigures> sets,
    Rules rules) {

  /**
   * How sets and systems are judged.
   *
   * @param tuningSet set that the weights were tuned on
   * @param significance level of the test
   * @param losslessMarginPercent largest upper bound of an increase that counts as lossless
   */
  public record Rules(String tuningSet, double significance, double losslessMarginPercent) {}

  /** The whole page. */
  public String markdown() {
    StringBuilder page = new StringBuilder("# Bitlattice: results of %s\n".formatted(experiment));
    notes.forEach(note -> page.append("\n> ").append(note).append('\n'));
    rows.stream().map(WerRow::set).distinct().forEach(set -> appendSet(page, set));
    if (!weights.isEmpty()) {
      appendLegend(page);
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
              .formatted(
                  set, set.equals(rules.tuningSet()) ? " (score weights are tuned on it)" : ""));
      page.append(figures(own.get(0).referenceWords(), sets.getOrDefault(set, SetFigures.NONE)));
    }
    page.append(
        """

        | system | weights | bits | stored bits | bytes | ratio | dev PPL | eval PPL | sub | del | ins | WER % | 95 % interval |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        """);
    own.forEach(row -> page.append(errors(row)));
    List<WerRow> compared = own.stream().filter(row -> row.versus().isPresent()).toList();
    if (!compared.isEmpty()) {
      page.append(
          """

          | system | weights | versus | WER increase % | 95 % interval | at most | detectable | z | p | lossless |
          |---|---|---|---|---|---|---|---|---|---|
          """);
      compared.forEach(row -> page.append(comparison(row)));
    }
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

  private static String errors(WerRow row) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s | %d | %d | %d | %s | %s |\n"
        .formatted(
            row.system() + inference(row),
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
            interval(row.bootstrapLowPercent(), row.bootstrapHighPercent(), "%.2f to %.2f"));
  }

  private static String comparison(WerRow row) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            row.system() + inference(row),
            row.weights(),
            row.versus().orElse(""),
            signed(row.werIncreasePercent()),
            interval(
                row.bootstrapIncreaseLowPercent(),
                row.bootstrapIncreaseHighPercent(),
                "%+.2f to %+.2f"),
            signed(row.werIncreaseUpper95Percent()),
            number(row.smallestDetectablePercent(), 2),
            number(row.mapssweZ(), 2),
            probability(row.mapssweP()) + (row.significant() ? " *" : ""),
            row.lossless().map(lossless -> lossless ? "yes" : "no").orElse(""));
  }

  /** The mode that a system is run in, where it is not exact. */
  private static String inference(WerRow row) {
    return row.inference().filter(mode -> !mode.equals("exact")).map(" (%s)"::formatted).orElse("");
  }

  private static String signed(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%+.2f", value.getAsDouble()) : "";
  }

  private static String number(OptionalDouble value, int decimals) {
    return value.isPresent() && !Double.isNaN(value.getAsDouble())
        ? String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble())
        : "";
  }

  private static String interval(OptionalDouble low, OptionalDouble high, String format) {
    return low.isPresent() && high.isPresent()
        ? String.format(Locale.ROOT, format, low.getAsDouble(), high.getAsDouble())
        : "";
  }

  private static String probability(OptionalDouble p) {
    return p.isPresent() && p.getAsDouble() < 0.0001 ? "<0.0001" : number(p, 4);
  }

  private void appendLegend(StringBuilder page) {
    page.append(
        String.format(
            Locale.ROOT,
            """

            **Errors.** Weights: *tuned* for the system; *network-alone*: the network without the n-gram model (μ = 1); *baseline-weights*: those
            tuned for the full-precision baseline; *lattice*: the scales in the lattices. Bits are nominal, over the quantized tensors; bytes are
            those of the weight file; perplexity counts sentence ends and the unknown word. In brackets: how a model is run that is not
            run exact (`inference`), its perplexities too. The 95 %% interval says how far chance in the choice of
            utterances moves the word error rate (bootstrap).

            **Differences** from `versus`, in percent absolute; positive: more errors. *At most*: the true increase is not higher, with a
            confidence of 95 %% (one-sided). *Detectable*: a smaller difference would not be called significant here. z and p: matched-pair sentence-segment
            word error test; `*`: p is below %s. **Lossless**: not significantly worse (at 0.05), and *at most* is not above %s %%;
            where *detectable* is much larger than that, *no* may only say that the set is too small to show it.
            """,
            plain(rules.significance()),
            plain(rules.losslessMarginPercent())));
  }

  private static String plain(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  private void appendWeights(StringBuilder page) {
    String set = rules.tuningSet();
    page.append(
        """

        ## Score weights, tuned on %s

        | system | weights | language scale | interpolation | word insertion | errors on %s | at the grid's limit |
        |---|---|---|---|---|---|---|
        """
            .formatted(set, set));
    weights.forEach((system, choices) -> choices.forEach(row -> page.append(line(system, row))));
  }

  private static String line(String system, WeightsRow row) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.3f | %.3f | %.3f | %d | %s |\n",
        system,
        row.weights(),
        row.languageScale(),
        row.interpolation(),
        row.wordInsertion(),
        row.tuningErrors(),
        row.atLimit());
  }
}
