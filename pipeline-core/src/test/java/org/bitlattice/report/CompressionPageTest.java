package org.bitlattice.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CompressionPageTest {
  private static final CompressionPage PAGE =
      page(new TextFigures("dev", 5_000, 41_000, 820), new TextFigures("eval", 5_000, 40_000, 0));

  private static CompressionPage page(TextFigures... texts) {
    return new CompressionPage(
        new CompressionPage.Request(
            "lm",
            "text.txt",
            "held.txt",
            "Every 20th sentence is dev.",
            "--ratio 16",
            "ptq",
            "small"),
        row(32, 32.06, 13_797_500, 1, 67.86, 66.31),
        row(1.875, 1.999, 861_000, 16.025, 69.4, 66.31),
        List.of(texts),
        List.of(
            new CompressedUnit(
                "encoder.weight[0:64]", 64, 200, 4, 6_528, OptionalDouble.of(0.01234)),
            new CompressedUnit("decoder.weight", 6_997, 200, 2, 363_844, OptionalDouble.of(0.05))),
        List.of(new StageSeconds("prepare", 3.14), new StageSeconds("quantize/fp32", 10)));
  }

  private static ModelRow row(
      double bits, double stored, long bytes, double ratio, double dev, double eval) {
    return new ModelRow("x", bits, stored, bytes, ratio, dev, eval, 41_000, 820, 40_000, 0);
  }

  @Test
  void fewLinesSayWhatBecameOfSizeAndPerplexity() {
    assertThat(PAGE.inShort())
        .isEqualTo(
            """
            lm: 13,797,500 bytes, dev perplexity 67.86, eval perplexity 66.31
            small/model: 861,000 bytes (16.03 times smaller, 1.88 bits a weight), dev perplexity 69.40 (+2.27 %), eval perplexity 66.31 (+0.00 %)
            """);
  }

  @Test
  void thePageHasModelsTextsPrecisionsTimesAndUse() {
    assertThat(PAGE.markdown())
        .startsWith(
            """
            # Bitlattice: a compressed language model

            `lm`, with `--ratio 16` and method `ptq`, became `small/model`.

            | | before | after | |
            |---|---|---|---|
            | bytes | 13,797,500 | 861,000 | 16.03 times smaller |
            | bits of a weight | 32.00 | 1.88 |  |
            | stored bits of a parameter | 32.06 | 2.00 |  |
            | dev perplexity | 67.86 | 69.40 | +2.27 % |
            | eval perplexity | 66.31 | 66.31 | +0.00 % |
            """)
        .contains(
            "| dev | 5,000 | 41,000 | 2.00 % |\n",
            "\nEvery 20th sentence is dev. Precisions are chosen by dev;",
            "| encoder.weight[0:64] | 64 × 200 | 4 | 6,528 | 0.01234 |\n",
            "| biases and header | | 32 | 490,628 | |\n",
            "| prepare | 3.1 |\n",
            "| all | 13.1 |\n",
            "bitlattice perplexity --model small/model --text FILE\n",
            "bitlattice run small/experiment.conf --set")
        .doesNotContain("in the form that");
  }

  @Test
  void manyUnknownWordsAreTold() {
    CompressionPage page = page(new TextFigures("dev", 10, 100, 11));
    String told =
        "Of the tokens of dev 11.0 % are not among the model's words: is held.txt in the form that the model was trained on?\n";
    assertThat(page.inShort()).endsWith(told);
    assertThat(page.markdown()).contains("\n> " + told);
  }
}
