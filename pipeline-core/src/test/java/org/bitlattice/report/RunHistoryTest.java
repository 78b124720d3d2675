package org.bitlattice.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bitlattice.report.HistoryRows.key;
import static org.bitlattice.report.HistoryRows.run;
import static org.bitlattice.report.HistoryRows.scored;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunHistoryTest {
  private static final RunHistory FIRST =
      run(
          22,
          1,
          10,
          List.of(scored("a", "dev", "tuned", 100, 20), scored("b", "dev", "tuned", 1, 9)));
  private static final RunHistory SECOND =
      run(23, 1, 10, List.of(scored("c", "eval", "tuned", 100, 20), scored("a", "dev", "x", 1, 9)));

  @Test
  void runsAreInTheOrderOfTimeHoweverTheyCame() {
    RunHistory history = SECOND.plus(FIRST);
    assertThat(history.runs()).extracting(RunRow::key).containsExactly(key(22), key(23));
    assertThat(history.plus(SECOND)).isEqualTo(history);
    assertThat(history.stages()).hasSize(4);
    assertThat(history.scores()).hasSize(4);
    assertThat(history.contains(key(23))).isTrue();
    assertThat(history.contains(new RunKey(key(23).run(), "another result"))).isFalse();
  }

  @Test
  void rowsWithoutTheirRunWereLeftByACallThatWasCutOff() {
    RunHistory cut =
        new RunHistory(FIRST.runs(), FIRST.plus(SECOND).stages(), FIRST.plus(SECOND).scores());
    assertThat(cut).isEqualTo(FIRST);
    assertThat(cut.plus(SECOND)).isEqualTo(FIRST.plus(SECOND));
  }

  @Test
  void systemsOfTheNewestRunComeFirst() {
    assertThat(FIRST.plus(SECOND).systems()).containsExactly("c", "a", "b");
  }

  @Test
  void twoResultsOfOneFolderAreToldApartByTheirEnd() {
    RunKey again = new RunKey("nightly", "1");
    RunHistory history =
        run(again, 21, "0.1.0", 1, 1, List.of())
            .plus(run(new RunKey("nightly", "2"), 24, "0.1.0", 1, 1, List.of()))
            .plus(FIRST);
    assertThat(history.names())
        .containsExactly(
            "nightly of 2026-11-21T02:42:10Z",
            "2026-11-22T020000Z",
            "nightly of 2026-11-24T02:42:10Z");
  }

  @Test
  void theNameOfAScheduledRunTellsItsStart() {
    assertThat(key(24).scheduledStart()).contains(Instant.parse("2026-11-24T02:00:00Z"));
    for (String other : List.of("nightly", "2026-11-31T020000Z", "2026-11-24T020000", "")) {
      assertThat(new RunKey(other, "").scheduledStart()).as(other).isEmpty();
    }
  }

  @Test
  void aRowHoldsWhatItsStagesTell() {
    RunRow row = FIRST.runs().get(0);
    assertThat(row.startedUtc()).isEqualTo("2026-11-22T02:00:00Z");
    assertThat(row.finishedUtc()).isEqualTo("2026-11-22T02:42:10Z");
    assertThat(row.seconds()).isEqualTo(10.5);
    assertThat(row.otherBuilds()).isEmpty();
    assertThat(run(key(1), 1, "0.0.9", 1, 1, List.of()).runs().get(0).otherBuilds())
        .contains("0.0.9 (abc1234)");
    assertThat(row.differencesFrom(row)).isEmpty();
    RunRow other = run(23, 4, 10, List.of()).runs().get(0);
    assertThat(other.differencesFrom(row)).containsExactly("training.epochs: was 1, now 4");
    assertThat(other.settingsDigest()).isNotEqualTo(row.settingsDigest());
    assertThat(other.inputsDigest()).isEqualTo(row.inputsDigest());
  }

  @Test
  void aDamagedRecordIsNamed() {
    RunRow row = FIRST.runs().get(0);
    RunRow damaged =
        new RunRow(
            row.run(),
            row.resultDigest(),
            row.startedUtc(),
            row.finishedUtc(),
            row.version(),
            row.commit(),
            row.otherBuilds(),
            row.seed(),
            row.settingsDigest(),
            row.inputsDigest(),
            row.seconds(),
            row.recordJson().replace("\"1\"", "\"2\""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> damaged.differencesFrom(row))
        .withMessage(
            "the history's record of the run 2026-11-22T020000Z: the digest does not fit the record's content; the file was changed by hand or damaged");
  }

  @Test
  void whatIsAskedForAndNotThereIsNamedWithWhatIs() {
    RunHistory history = FIRST.plus(SECOND);
    assertRefused(
        new HistoryView(List.of("a", "z"), List.of(), Optional.empty(), OptionalInt.empty()),
        history,
        "no run in the history has the system z; there are c, a, b");
    assertRefused(
        new HistoryView(List.of(), List.of("test"), Optional.empty(), OptionalInt.empty()),
        history,
        "no run in the history has the set test; there are dev, eval");
    assertRefused(
        new HistoryView(List.of(), List.of(), Optional.of("lattice"), OptionalInt.empty()),
        history,
        "no run in the history has the choice of weights lattice; there are tuned, x");
    assertRefused(
        new HistoryView(List.of("a"), List.of(), Optional.empty(), OptionalInt.empty()),
        RunHistory.EMPTY,
        "no run in the history has the system a; there is none");
    new HistoryView(List.of("c"), List.of("eval"), Optional.of("x"), OptionalInt.of(1))
        .requireIn(history);
  }

  private static void assertRefused(HistoryView view, RunHistory history, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view.requireIn(history))
        .withMessage(sentence);
  }
}
