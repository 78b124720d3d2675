package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.configs;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;
import static org.bitlattice.settings.TestSettings.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bitlattice.allocation.Budget;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentLoaderTest {
  private static final String LATTICES =
      """
      ngram.arpa = model.arpa
      lattices.sets {
        dev { path = dev.tar, references = dev.trn }
        eval { path = eval.tar, references = eval.trn }
      }
      """;

  static Stream<Path> everyConfig() throws IOException {
    try (Stream<Path> files = Files.list(configs())) {
      return files
          .filter(f -> f.toString().endsWith(".conf") && !f.endsWith("reference.conf"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("everyConfig")
  void everyConfigIsRight(Path config) {
    ExperimentSettings settings = load(text(config));
    assertThat(settings.baseline().method()).isEqualTo(SystemSettings.Method.FULL_PRECISION);
    assertThat(settings.lattices().sets()).isNotEmpty();
    assertThat(settings.notes()).isNotEmpty();
  }

  @Test
  void theReferenceLacksOnlyTextsAndSystems() {
    assertThat(refused("").problems())
        .satisfiesExactly(
            train -> assertThat(train).isEqualTo("corpus.train is missing; allowed: a text"),
            dev -> assertThat(dev).isEqualTo("corpus.dev is missing; allowed: a text"),
            eval -> assertThat(eval).isEqualTo("corpus.eval is missing; allowed: a text"),
            systems ->
                assertThat(systems)
                    .matches(
                        "systems is empty; allowed: at least one system of method full-precision"
                            + " \\(reference\\.conf: \\d+\\)"));
  }

  @Test
  void valuesArriveInTheRecords() {
    ExperimentSettings settings =
        load(
            SMALL
                + LATTICES
                + """
                seed = -3
                model { embedding-size = 5, hidden-size = 7, layers = 1 }
                systems {
                  a { method = ptq, bits = 4, scope = row }
                  b { precision = kl, budget.bytes = 12000, low-bit-training.rounds = 3 }
                  c { precision = kl, budget.ratio = 9.5 }
                }
                """);
    assertThat(settings.seed()).isEqualTo(-3);
    assertThat(settings.corpus().train()).isEqualTo("train.txt");
    assertThat(settings.corpus().vocabulary().file()).isEmpty();
    assertThat(settings.model()).isEqualTo(new ModelSettings(5, 7, 1));
    assertThat(settings.systems())
        .extracting(SystemSettings::id)
        .containsExactly("fp32", "a", "b", "c");
    SystemSettings a = settings.systems().get(1);
    assertThat(a.method()).isEqualTo(SystemSettings.Method.PTQ);
    assertThat(a.precision()).isEqualTo(new PrecisionChoice.Uniform(Precision.ofBits(4)));
    assertThat(a.tables().scales().scope()).isEqualTo(ScaleScope.ROW);
    SystemSettings b = settings.systems().get(2);
    assertThat(b.method()).isEqualTo(SystemSettings.Method.ADMM);
    assertThat(b.precision())
        .isEqualTo(TestSettings.chosen(PrecisionChoice.Source.KL, new Budget.Bytes(12_000)));
    assertThat(b.admm().rounds()).isEqualTo(3);
    assertThat(settings.systems().get(3).precision())
        .isEqualTo(TestSettings.chosen(PrecisionChoice.Source.KL, new Budget.Ratio(9.5)));
    assertThat(settings.lattices().sets().get(0).location().path()).isEqualTo("dev.tar");
    assertThat(settings.arpa()).contains("model.arpa");
  }

  @Test
  void anImportedBaselineBringsTheVocabularyUnlessAListIsGiven() {
    ExperimentSettings settings = load(SMALL + "baseline.import = models/lm");
    assertThat(settings.importedBaseline()).contains("models/lm");
    assertThat(settings.corpus().vocabulary().file()).contains("models/lm/vocabulary.txt");
    ExperimentSettings listed =
        load(SMALL + "baseline.import = models/lm, corpus.vocabulary-file = words.txt");
    assertThat(listed.corpus().vocabulary().file()).contains("words.txt");
    assertThat(load(SMALL).importedBaseline()).isEmpty();
  }

  @Test
  void aSystemIsRunAsItsInferenceSaysAndAFullPrecisionOneExact() {
    ExperimentSettings settings =
        load(
            SMALL
                + """
                system-defaults.inference = int8
                systems {
                  a { method = ptq, bits = 4 }
                  b { method = ptq, bits = 16, inference = exact }
                  c { precision = kl, budget.ratio = 9.5, inference = compact }
                }
                """);
    assertThat(settings.systems())
        .extracting(SystemSettings::id, SystemSettings::inference)
        .containsExactly(
            tuple("fp32", ScoringMode.EXACT),
            tuple("a", ScoringMode.INT8),
            tuple("b", ScoringMode.EXACT),
            tuple("c", ScoringMode.COMPACT));
  }

  @Test
  void aModeThatASystemHasNoCodesForIsRefused() {
    assertThat(
            refused(
                    SMALL
                        + """
                        systems {
                          a { method = ptq, bits = 16, inference = int8 }
                          b { method = ptq, bits = 2, inference = fast }
                        }
                        """)
                .problems())
        .containsExactly(
            "systems.a.inference is \"int8\" with 16 bits; allowed: exact; the other modes compute"
                + " with codes of up to 8 bits (small.conf: 4)",
            "systems.b.inference is \"fast\"; allowed: one of exact, int8, compact (small.conf: 5)");
  }

  @Test
  void theBaselineIsTheFirstSystemWhateverItsName() {
    ExperimentSettings settings =
        load(
            SMALL
                + """
                systems { zero.method = full-precision, another.method = ptq }
                scores.baseline = zero
                """);
    assertThat(settings.systems())
        .extracting(SystemSettings::id)
        .containsExactly("zero", "another", "fp32");
    assertThat(settings.baseline().id()).isEqualTo("zero");
  }

  @Test
  void unknownKeyIsNamedWithItsLineAndTheNearestSetting() {
    assertThat(refused(SMALL + "training.epoch = 3"))
        .hasMessage(
            """
            small.conf: 1 setting is wrong
              training.epoch is not a setting; did you mean training.epochs? (small.conf: 3)""");
  }

  @Test
  void unknownKeyFarFromAllSettingsIsSentToTheReference() {
    assertThat(refused(SMALL + "colour = blue").problems())
        .containsExactly(
            "colour is not a setting; configs/reference.conf lists all settings (small.conf: 3)");
  }

  @Test
  void allProblemsAreReportedTogether() {
    assertThat(
            refused(
                SMALL
                    + """
                    training.epochs = many
                    model.layers = 0
                    model.kind = gru
                    output = ""
                    nothing = 1
                    """,
                "sensitivity.shards"))
        .hasMessage(
            """
            small.conf: 6 settings are wrong
              --set sensitivity.shards is not key=value
              output is empty; allowed: a text that is not empty (small.conf: 6)
              model.kind is "gru"; allowed: one of lstm (small.conf: 5)
              model.layers is 0; allowed: a whole number from 1 to 100 (small.conf: 4)
              training.epochs is "many"; allowed: a number from 0 to 10000 (small.conf: 3)
              nothing is not a setting; configs/reference.conf lists all settings (small.conf: 7)\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.workers = 0 | training.workers is 0; allowed: a whole number from 1 to 10000",
        "training.workers = 10001 | training.workers is 10001; allowed: a whole number from 1 to 10000",
        "training.workers = 2.5 | training.workers is \"2.5\"; allowed: a whole number from 1 to 10000",
        "training.workers = two | training.workers is \"two\"; allowed: a whole number from 1 to 10000",
        "training.workers = [2] | training.workers is \"[2]\"; allowed: a whole number from 1 to 10000",
        "training.dropout = 1 | training.dropout is 1.0; allowed: a number from 0 to 0.99",
        "training.dropout = -0.1 | training.dropout is -0.1; allowed: a number from 0 to 0.99",
        "seed = 1.5 | seed is \"1.5\"; allowed: a whole number",
        "corpus.line-format = csv | corpus.line-format is \"csv\"; allowed: one of words, id-and-words",
        "report.notes = [[1]] | report.notes is \"[[1]]\"; allowed: a list of texts",
        "training = 5 | training is \"5\"; allowed: a section with settings of its own",
        "systems.a = ptq | systems.a is \"ptq\"; allowed: a section with settings of its own",
        "systems.a.bits = 3 | systems.a.bits is 3; allowed: 1, 2, 4, 8, 16 or 32",
        "systems.a.method = qat | systems.a.method is \"qat\"; allowed: one of full-precision, ptq, straight-through, admm",
        "sensitivity.bits = [2, 3] | sensitivity.bits has 3; allowed: distinct numbers from 1, 2, 4, 8, 16",
        "sensitivity.bits = [2, 2] | sensitivity.bits has 2; allowed: distinct numbers from 1, 2, 4, 8, 16",
        "sensitivity.bits = [] | sensitivity.bits is empty; allowed: distinct numbers from 1, 2, 4, 8, 16",
        "scores.lossless-margin = -1 | scores.lossless-margin is -1.0; allowed: a number from 0 to 100",
        "scores.bootstrap = 99 | scores.bootstrap is 99; allowed: 0, or 100 to 1000000 draws",
        "scores.bootstrap = 1000001 | scores.bootstrap is 1000001; allowed: a whole number from 0 to 1000000",
        "scores.speaker = \"(\" | scores.speaker is \"(\": Unclosed group; allowed: a regular expression whose first group is the speaker",
        "scores.speaker = x | scores.speaker is \"x\", which has no group; allowed: a regular expression whose first group is the speaker",
        "scores.baseline = other | scores.baseline is \"other\"; allowed: a system of method full-precision: fp32",
      })
  void aWrongValueIsNamedWithWhatIsAllowedAndWhereItStands(String line, String problem) {
    assertThat(refused(SMALL + line).problems()).containsExactly(problem + " (small.conf: 3)");
  }

  @Test
  void baselineMustHaveFullPrecision() {
    assertThat(refused(SMALL + "systems.fp32.method = ptq, systems.full.method=full-precision"))
        .hasMessageContaining(
            "scores.baseline is \"fp32\"; allowed: a system of method full-precision: full (reference.conf: ");
  }

  @Test
  void budgetIsExactlyOne() {
    assertThat(refused(SMALL + "systems.k.precision = kl").problems())
        .singleElement()
        .asString()
        .startsWith(
            "systems.k.budget is empty; allowed: exactly one of average-bits, ratio, bytes (");
    String both = "systems.k { precision = kl, budget { ratio = 8, average-bits = 2 } }";
    assertThat(refused(SMALL + both).problems())
        .singleElement()
        .asString()
        .startsWith(
            "systems.k.budget has average-bits and ratio; allowed: exactly one of average-bits, ratio, bytes (");
    assertThat(refused(SMALL + "systems.k { precision = kl, budget.bits = 2 }").problems())
        .anyMatch(problem -> problem.startsWith("systems.k.budget.bits is not a setting; "));
    assertThat(load(SMALL + "systems.k { precision = kl, budget.ratio = 8 }").systems()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"first-pass", "ngram", "\"a b\"", "-x", "\"a/b\""})
  void systemNamesAreSafeAndNotReserved(String name) {
    assertThat(refused(SMALL + "systems { %s { method = ptq } }".formatted(name)).problems())
        .contains(
            "systems.%s is not a name; allowed: letters, digits, - and _, but not first-pass or ngram (small.conf: 3)"
                .formatted(name.replace("\"", "")));
  }

  @Test
  void latticesNeedAnNgramModel() {
    assertThat(refused(SMALL + LATTICES, "ngram.arpa=\"\"").problems())
        .containsExactly(
            "ngram.arpa is empty; allowed: the path of an ARPA model, since there are lattices and rescoring.interpolate = ngram (--set ngram.arpa: 1)");
  }

  @Test
  void theTuningSetIsOneOfTheSets() {
    assertThat(refused(SMALL + LATTICES, "lattices.tuning-set=test").problems())
        .containsExactly(
            "lattices.tuning-set is \"test\"; allowed: one of dev, eval (--set lattices.tuning-set: 1)");
  }

  @Test
  void aLatticeSetNeedsPathAndReferences() {
    assertThat(refused(SMALL + LATTICES + "lattices.sets.more.path = x").problems())
        .containsExactly("lattices.sets.more.references is missing; allowed: a text");
  }

  @Test
  void aGridRunsUpwards() {
    assertThat(refused(SMALL + "rescoring.language-scale { from = 9, to = 4 }").problems())
        .singleElement()
        .asString()
        .startsWith("rescoring.language-scale.from does not fit: ")
        .endsWith("; allowed: from at most to (small.conf: 3)");
  }

  @Test
  void whatIsNotHoconIsRefusedWithItsLine() {
    assertThat(refused(SMALL + "training {"))
        .hasMessageStartingWith("small.conf: 1 setting is wrong\n  small.conf: 3: ");
    assertThat(refused(SMALL + "output = ${nowhere}")).hasMessageContaining("small.conf: 3: ");
  }

  @Test
  void resolvedSettingsOfASystemHoldTheDefaultsItUses() {
    String system = SMALL + "systems.a { bits = 4 }";
    ResolvedSettings settings =
        load(system, "system-defaults.low-bit-training.rounds=7").resolved();
    assertThat(settings.below("systems.a"))
        .containsEntry("systems.a.bits", "4")
        .containsEntry("systems.a.method", "\"admm\"")
        .containsEntry("systems.a.low-bit-training.rounds", "7");
  }

  @Test
  void moreWorkersThanShardsAreRefused() {
    assertThat(refused(SMALL, "training.workers=9").problems())
        .singleElement()
        .asString()
        .startsWith("training.workers is 9; allowed: at most corpus.shards = 8");
  }

  @Test
  void admmIn32BitsIsRefused() {
    assertThat(refused(SMALL, "systems.a.bits=32").problems())
        .singleElement()
        .asString()
        .startsWith("systems.a.bits is 32 with method admm; allowed: 1, 2, 4, 8 or 16");
  }

  @Test
  void theNameOfALatticeSetMustMakeAFolder() {
    String odd = LATTICES.replace("eval {", "\"e/val\" {");
    assertThat(refused(SMALL + odd).problems())
        .anyMatch(problem -> problem.startsWith("lattices.sets.e/val is not a name; allowed:"));
  }

  @Test
  void anIncludedFileIsRefusedRatherThanPassedOver() {
    assertThat(refused("include \"base.conf\"\n" + SMALL).problems())
        .singleElement()
        .asString()
        .contains("include \"base.conf\": a configuration is one file");
  }
}
