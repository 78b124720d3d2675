package org.bitlattice.report;

import java.util.List;
import java.util.Locale;

/**
 * The page on a compressed model, in Markdown, and the same in a few lines.
 *
 * @param request what was asked for
 * @param before size and perplexities in full precision
 * @param after those of the compressed model
 * @param texts the parts of the text
 * @param units precisions and sizes, in the order of the model file
 * @param stages what took how long, in the order of the run
 */
public record CompressionPage(
    Request request,
    ModelRow before,
    ModelRow after,
    List<TextFigures> texts,
    List<CompressedUnit> units,
    List<StageSeconds> stages) {
  /** With more unknown words than this, the text may be in another form than the model's. */
  private static final double MANY_UNKNOWN_PERCENT = 10;

  /**
   * What was asked for.
   *
   * @param model the folder of the model in full precision
   * @param text the text
   * @param heldOut the text that dev and eval are taken from
   * @param split how the text was split, as a sentence
   * @param target the size, as an option of the command line
   * @param method how the weights were made
   * @param folder the folder of the result
   */
  public record Request(
      String model,
      String text,
      String heldOut,
      String split,
      String target,
      String method,
      String folder) {
    String result() {
      return folder + "/model";
    }
  }

  /** The result in a few lines. */
  public String inShort() {
    StringBuilder lines = new StringBuilder();
    lines.append(
        format(
            "%s: %,d bytes, dev perplexity %.2f, eval perplexity %.2f\n",
            request.model(), before.modelBytes(), before.devPerplexity(), before.evalPerplexity()));
    lines.append(
        format(
            "%s: %,d bytes (%.2f times smaller, %.2f bits a weight), dev perplexity %.2f (%s), eval perplexity %.2f (%s)\n",
            request.result(),
            after.modelBytes(),
            after.compressionRatio(),
            after.averageBits(),
            after.devPerplexity(),
            change(before.devPerplexity(), after.devPerplexity()),
            after.evalPerplexity(),
            change(before.evalPerplexity(), after.evalPerplexity())));
    return lines.append(unknownWords()).toString();
  }

  /** The whole page. */
  public String markdown() {
    StringBuilder page = new StringBuilder("# Bitlattice: a compressed language model\n");
    page.append(
        "\n`%s`, with `%s` and method `%s`, became `%s`.\n"
            .formatted(request.model(), request.target(), request.method(), request.result()));
    String unknown = unknownWords();
    if (!unknown.isEmpty()) {
      page.append("\n> ").append(unknown);
    }
    appendModels(page);
    appendTexts(page);
    appendUnits(page);
    appendSeconds(page);
    appendUse(page);
    return page.toString();
  }

  private String unknownWords() {
    return texts.stream()
        .filter(text -> text.unknownPercent() > MANY_UNKNOWN_PERCENT)
        .findFirst()
        .map(
            text ->
                format(
                    "Of the tokens of %s %.1f %% are not among the model's words: is %s in the form that the model was trained on?\n",
                    text.part(),
                    text.unknownPercent(),
                    text.part().equals("train") ? request.text() : request.heldOut()))
        .orElse("");
  }

  private void appendModels(StringBuilder page) {
    page.append(
        """

        | | before | after | |
        |---|---|---|---|
        """);
    page.append(
        format(
            "| bytes | %,d | %,d | %.2f times smaller |\n",
            before.modelBytes(), after.modelBytes(), after.compressionRatio()));
    page.append(row("bits of a weight", before.averageBits(), after.averageBits(), ""));
    page.append(row("stored bits of a parameter", before.storedBits(), after.storedBits(), ""));
    page.append(
        row(
            "dev perplexity",
            before.devPerplexity(),
            after.devPerplexity(),
            change(before.devPerplexity(), after.devPerplexity())));
    page.append(
        row(
            "eval perplexity",
            before.evalPerplexity(),
            after.evalPerplexity(),
            change(before.evalPerplexity(), after.evalPerplexity())));
    page.append(
        """

        Bytes are those of `model.safetensors`. Bits of a weight are nominal, over the matrices; stored bits count scales, biases and header too.
        Perplexity counts sentence ends and the unknown word.
        """);
  }

  private static String row(String name, double before, double after, String change) {
    return format("| %s | %.2f | %.2f | %s |\n", name, before, after, change);
  }

  private static String change(double before, double after) {
    return format("%+.2f %%", 100 * (after / before - 1));
  }

  private void appendTexts(StringBuilder page) {
    page.append(
        """

        ## Text

        | part | sentences | tokens | unknown words |
        |---|---|---|---|
        """);
    for (TextFigures text : texts) {
      page.append(
          format(
              "| %s | %,d | %,d | %.2f %% |\n",
              text.part(), text.sentences(), text.tokens(), text.unknownPercent()));
    }
    page.append(
        """

        %s Precisions are chosen by dev; nothing is chosen by eval. If the model was trained on what it is measured on, its perplexities are
        lower than on text that it has not seen, before and after; `--held-out FILE` measures on another text.
        """
            .formatted(request.split()));
  }

  private void appendUnits(StringBuilder page) {
    page.append(
        """

        ## Precisions

        | unit | rows × columns | bits | bytes | KL (nats per token) |
        |---|---|---|---|---|
        """);
    long bytes = 0;
    for (CompressedUnit unit : units) {
      bytes += unit.bytes();
      page.append(
          format(
              "| %s | %d × %d | %d | %,d | %s |\n",
              unit.name(),
              unit.rows(),
              unit.columns(),
              unit.bits(),
              unit.bytes(),
              unit.klNats().isPresent() ? format("%.5f", unit.klNats().getAsDouble()) : ""));
    }
    page.append(format("| biases and header | | 32 | %,d | |\n", after.modelBytes() - bytes));
    page.append(
        """

        KL: how far the model's predictions move when this unit alone has these bits, by table fit. A unit in brackets is a block of rows, which
        are words by falling frequency in the text.
        """);
  }

  private void appendSeconds(StringBuilder page) {
    page.append(
        """

        ## Time

        | stage | seconds |
        |---|---|
        """);
    stages.forEach(stage -> page.append(format("| %s | %.1f |\n", stage.stage(), stage.seconds())));
    double all = stages.stream().mapToDouble(StageSeconds::seconds).sum();
    page.append(format("| all | %.1f |\n", all));
  }

  private void appendUse(StringBuilder page) {
    page.append(
        """

        ## Use

        ```
        bitlattice perplexity --model %1$s --text FILE
        bitlattice perplexity --model %1$s --text FILE --mode int8
        bitlattice model info %1$s
        bitlattice model export %1$s --onnx lm.onnx
        ```

        Words have the numbers of their lines in `%1$s/vocabulary.txt`, by falling frequency in the text; `%2$s` may have them in another order.

        `%3$s` is an experiment, with `%2$s` as its baseline. Lattices show what the loss means for word errors:

        ```
        bitlattice run %3$s/experiment.conf --set ngram.arpa=ARPA --set lattices.sets.dev.path=LATTICES \\
          --set lattices.sets.dev.references=TRN --overwrite score
        ```
        """
            .formatted(request.result(), request.model(), request.folder()));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
