package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.SpeakerRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.report.WerRow;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The figures of the score tables, checked against each other. */
class ScoreTablesTest {
  private static TinyExperiment done;
  private static List<WerRow> wer;
  private static List<SpeakerRow> speakers;
  private static List<UtteranceErrorsRow> utterances;

  @BeforeAll
  static void run() {
    done = TinyExperiment.undisturbed();
    wer = table(done, "wer", WerRow.class);
    speakers = table(done, "speakers", SpeakerRow.class);
    utterances = table(done, "utterances", UtteranceErrorsRow.class);
  }

  private static <T extends Record> List<T> table(
      TinyExperiment experiment, String name, Class<T> type) {
    return TinyExperiment.onSpark(
        spark ->
            Tables.read(spark, experiment.path("scores/" + name).toString(), RowSchema.of(type)));
  }

  @Test
  void increasesAreTheDifferencesOfTheRates() {
    assertThat(wer).anyMatch(row -> row.mapssweZ().orElse(0) != 0);
    for (WerRow row : wer) {
      assertThat(row.werIncreasePercent().isPresent()).isEqualTo(row.versus().isPresent());
      if (row.versus().isPresent()) {
        double increase = row.werIncreasePercent().orElseThrow();
        assertThat(increase).isCloseTo(row.werPercent() - versus(row).werPercent(), within(1e-9));
        assertBounds(row, increase);
        assertThat(row.bootstrapIncreaseLowPercent().orElseThrow()).isLessThanOrEqualTo(increase);
        assertThat(row.bootstrapIncreaseHighPercent().orElseThrow())
            .isGreaterThanOrEqualTo(increase);
        assertThat(row.probabilityOfImprovement().orElseThrow()).isBetween(0.0, 1.0);
      }
      assertThat(row.bootstrapLowPercent().orElseThrow()).isLessThanOrEqualTo(row.werPercent());
      assertThat(row.bootstrapHighPercent().orElseThrow()).isGreaterThanOrEqualTo(row.werPercent());
    }
  }

  /** The standard error follows from the increase and its z. */
  private static void assertBounds(WerRow row, double increase) {
    double z = row.mapssweZ().orElseThrow();
    double detectable = row.smallestDetectablePercent().orElseThrow();
    double upper = row.werIncreaseUpper95Percent().orElseThrow();
    assertThat(upper - increase).isCloseTo(1.644854 / 1.959964 * detectable, within(1e-5));
    if (z != 0) {
      assertThat(detectable).isCloseTo(1.959964 * increase / z, within(1e-5));
    }
    assertThat(row.significant()).isEqualTo(Math.abs(z) > 1.959964);
  }

  @Test
  void losslessIsToldAgainstTheBaselineOnly() {
    for (WerRow row : wer) {
      if (row.versus().orElse("").startsWith("fp32 ")) {
        boolean expected =
            row.mapssweZ().orElseThrow() < 1.959964
                && row.werIncreaseUpper95Percent().orElseThrow() <= 0.3;
        assertThat(row.lossless()).as(row.toString()).contains(expected);
      } else {
        assertThat(row.lossless()).isEmpty();
        assertThat(row.system()).isIn("first-pass", "ngram", "fp32");
      }
    }
  }

  private static WerRow versus(WerRow row) {
    return wer.stream()
        .filter(other -> other.set().equals(row.set()))
        .filter(
            other ->
                row.versus().orElseThrow().equals(other.system() + " (" + other.weights() + ")"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void speakersAndUtterancesAddUpToTheTotals() {
    assertThat(speakers).extracting(SpeakerRow::speaker).allMatch(name -> name.matches("[0-9]"));
    for (WerRow row : wer) {
      List<SpeakerRow> own =
          speakers.stream().filter(s -> isOf(row, s.system(), s.set(), s.weights())).toList();
      assertThat(own).extracting(SpeakerRow::speaker).doesNotHaveDuplicates().isSorted();
      assertThat(own.stream().mapToInt(SpeakerRow::sentences).sum())
          .isEqualTo(TinyExperiment.UTTERANCES);
      assertThat(own.stream().mapToLong(SpeakerRow::referenceWords).sum())
          .isEqualTo(row.referenceWords());
      long errors = row.substitutions() + row.deletions() + row.insertions();
      assertThat(
              own.stream().mapToLong(s -> s.substitutions() + s.deletions() + s.insertions()).sum())
          .isEqualTo(errors);
      Stream<UtteranceErrorsRow> spoken =
          utterances.stream().filter(u -> isOf(row, u.system(), u.set(), u.weights()));
      List<UtteranceErrorsRow> wrong =
          spoken.filter(u -> u.substitutions() + u.deletions() + u.insertions() > 0).toList();
      assertThat(own.stream().mapToInt(SpeakerRow::wrongSentences).sum()).isEqualTo(wrong.size());
    }
  }

  private static boolean isOf(WerRow row, String system, String set, String weights) {
    return row.system().equals(system) && row.set().equals(set) && row.weights().equals(weights);
  }

  @Test
  void everyOutcomeHasItsAlignments() throws IOException {
    for (WerRow row : wer) {
      Path file =
          done.path(
              "scores/alignments/%s.%s.%s.txt".formatted(row.set(), row.system(), row.weights()));
      String listing = Files.readString(file);
      assertThat(listing.lines().filter(line -> line.startsWith("id: (")))
          .hasSize(TinyExperiment.UTTERANCES);
      long marks =
          listing
              .lines()
              .filter(line -> line.startsWith("Eval:"))
              .flatMapToInt(line -> line.substring(5).chars())
              .filter(mark -> mark != ' ')
              .count();
      assertThat(marks).isEqualTo(row.substitutions() + row.deletions() + row.insertions());
    }
    try (Stream<Path> files = Files.list(done.path("scores/alignments"))) {
      assertThat(files).hasSize(wer.size());
    }
  }

  @Test
  void thePageShowsErrorsDifferencesAndVerdicts() throws IOException {
    List<String> page = Files.readAllLines(done.path("report/summary.md"));
    for (WerRow row : wer) {
      String start = "| %s | %s | ".formatted(row.system(), row.weights());
      assertThat(page.stream().filter(line -> line.startsWith(start + row.versus().orElse("?"))))
          .hasSize(row.versus().isEmpty() ? 0 : TinyExperiment.SETS.size());
    }
    assertThat(page.stream().filter(line -> line.matches(".*\\| (yes|no) \\|")))
        .hasSize((int) wer.stream().filter(row -> row.lossless().isPresent()).count());
  }

  @Test
  void withoutDrawsThereAreNoIntervalsAndAWiderMarginIsTaken() {
    TinyExperiment copy = done.copyWithout("no-draws", "scores", "report");
    CommandRun run =
        copy.command("run", "--set", "scores.bootstrap=0", "--set", "scores.lossless-margin=100");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<WerRow> rows = table(copy, "wer", WerRow.class);
    assertThat(rows)
        .hasSize(wer.size())
        .allMatch(row -> row.bootstrapLowPercent().isEmpty())
        .allMatch(row -> row.bootstrapIncreaseHighPercent().isEmpty())
        .allMatch(row -> row.probabilityOfImprovement().isEmpty());
    assertThat(rows.stream().map(WerRow::lossless).flatMap(Optional::stream)).contains(true);
  }

  @Test
  void aPatternThatDoesNotFitTheIdsIsRefusedByTheNameOfItsSetting() {
    TinyExperiment copy = done.copyWithout("no-speaker", "scores", "report");
    CommandRun run = copy.command("score", "--set", "scores.speaker=(eval-.*)");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "bitlattice: scores.speaker does not fit the utterances of %s: the pattern (eval-.*) finds no speaker in the utterance id sample-dev-0001; its first group is the speaker\n"
                .formatted(TinyExperiment.data().resolve("dev.ref.trn")));
  }
}
