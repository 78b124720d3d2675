package org.bitlattice.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SummaryPageTest {
  private static final WerRow FIRST_PASS =
      new WerRow(
          "first-pass",
          "dev",
          "lattice",
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          12_345,
          12_000,
          200,
          145,
          20,
          2.9566,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          false,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  private static WerRow model(String set, double z, double p, boolean significant) {
    return model(set, "exact", z, p, significant);
  }

  private static WerRow model(
      String set, String inference, double z, double p, boolean significant) {
    return new WerRow(
        "admm-2",
        set,
        "tuned",
        Optional.of(inference),
        OptionalDouble.of(2),
        OptionalDouble.of(2.348),
        OptionalLong.of(1_234_567),
        OptionalDouble.of(13.649),
        OptionalDouble.of(101.25),
        OptionalDouble.of(99.5),
        1_000,
        900,
        60,
        40,
        10,
        11,
        OptionalDouble.of(10.04),
        OptionalDouble.of(12.06),
        Optional.of("fp32"),
        OptionalDouble.of(z),
        OptionalDouble.of(p),
        significant,
        OptionalDouble.of(0.514),
        OptionalDouble.of(0.896),
        OptionalDouble.of(0.4),
        OptionalDouble.of(0.1),
        OptionalDouble.of(0.9),
        OptionalDouble.of(0.01),
        Optional.of(!significant));
  }

  private static SummaryPage page(List<WerRow> rows, Map<String, List<WeightsRow>> weights) {
    return new SummaryPage(
        "out/x",
        List.of("Note one."),
        rows,
        weights,
        Map.of("dev", new SetFigures(3, 200, 20, 31)),
        new SummaryPage.Rules("dev", 0.05, 0.3));
  }

  @Test
  void showsSetsRowsNotesAndWeights() {
    List<WerRow> rows =
        List.of(FIRST_PASS, model("dev", 2.5, 0.0124, true), model("eval", -0.1, 0.92, false));
    WeightsRow weights = new WeightsRow("tuned", 1, 12.25, 0.5, -1, 42, "interpolation");
    assertThat(page(rows, Map.of("admm-2", List.of(weights))).markdown())
        .isEqualTo(
            """
            # Bitlattice: results of out/x

            > Note one.

            ## Set dev (score weights are tuned on it)

            12,345 reference words, 3 utterances rejected. Oracle word error rate 10.00 %, of what is rescored 15.50 %.

            | system | weights | bits | stored bits | bytes | ratio | dev PPL | eval PPL | sub | del | ins | WER % | 95 % interval |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|
            | first-pass | lattice |  |  |  |  |  |  | 200 | 145 | 20 | 2.96 |  |
            | admm-2 | tuned | 2.00 | 2.35 | 1,234,567 | 13.65 | 101.25 | 99.50 | 60 | 40 | 10 | 11.00 | 10.04 to 12.06 |

            | system | weights | versus | WER increase % | 95 % interval | at most | detectable | z | p | lossless |
            |---|---|---|---|---|---|---|---|---|---|
            | admm-2 | tuned | fp32 | +0.51 | +0.10 to +0.90 | +0.90 | 0.40 | 2.50 | 0.0124 * | no |

            ## Set eval

            1,000 reference words, 0 utterances rejected.

            | system | weights | bits | stored bits | bytes | ratio | dev PPL | eval PPL | sub | del | ins | WER % | 95 % interval |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|
            | admm-2 | tuned | 2.00 | 2.35 | 1,234,567 | 13.65 | 101.25 | 99.50 | 60 | 40 | 10 | 11.00 | 10.04 to 12.06 |

            | system | weights | versus | WER increase % | 95 % interval | at most | detectable | z | p | lossless |
            |---|---|---|---|---|---|---|---|---|---|
            | admm-2 | tuned | fp32 | +0.51 | +0.10 to +0.90 | +0.90 | 0.40 | -0.10 | 0.9200 | yes |

            **Errors.** Weights: *tuned* for the system; *network-alone*: the network without the n-gram model (μ = 1); *baseline-weights*: those
            tuned for the full-precision baseline; *lattice*: the scales in the lattices. Bits are nominal, over the quantized tensors; bytes are
            those of the weight file; perplexity counts sentence ends and the unknown word. In brackets: how a model is run that is not
            run exact (`inference`), its perplexities too. The 95 % interval says how far chance in the choice of
            utterances moves the word error rate (bootstrap).

            **Differences** from `versus`, in percent absolute; positive: more errors. *At most*: the true increase is not higher, with a
            confidence of 95 % (one-sided). *Detectable*: a smaller difference would not be called significant here. z and p: matched-pair sentence-segment
            word error test; `*`: p is below 0.05. **Lossless**: not significantly worse (at 0.05), and *at most* is not above 0.3 %;
            where *detectable* is much larger than that, *no* may only say that the set is too small to show it.

            ## Score weights, tuned on dev

            | system | weights | language scale | interpolation | word insertion | errors on dev | at the grid's limit |
            |---|---|---|---|---|---|---|
            | admm-2 | tuned | 12.250 | 0.500 | -1.000 | 42 | interpolation |
            """);
  }

  @Test
  void namesTheModeOfASystemThatIsNotRunExact() {
    String page = page(List.of(model("dev", "int8", 2.5, 0.0124, true)), Map.of()).markdown();
    assertThat(page)
        .contains("| admm-2 (int8) | tuned | 2.00 |")
        .contains("| admm-2 (int8) | tuned | fp32 |");
  }

  @Test
  void numbersAreWrittenAlikeInEveryCountry() {
    SummaryPage page = page(List.of(FIRST_PASS, model("dev", 2.5, 0.0124, true)), Map.of());
    String expected = page.markdown();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(page.markdown()).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void withoutLatticesOnlyModelsAreShownAndAbsentValuesAreBlank() {
    WerRow row =
        new WerRow(
            "fp32",
            "",
            "",
            Optional.of("exact"),
            OptionalDouble.of(32),
            OptionalDouble.of(Double.NaN),
            OptionalLong.of(4_000),
            OptionalDouble.of(1),
            OptionalDouble.of(80),
            OptionalDouble.of(81),
            0,
            0,
            0,
            0,
            0,
            Double.NaN,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            false,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(page(List.of(row), Map.of()).markdown())
        .contains("\n## Models\n")
        .contains("| fp32 |  | 32.00 |  | 4,000 | 1.00 | 80.00 | 81.00 | 0 | 0 | 0 |  |  |\n")
        .doesNotContain("Score weights", "rejected", "versus");
  }
}
