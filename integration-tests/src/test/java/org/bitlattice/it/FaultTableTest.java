package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitlattice.it.FaultTable.Line;
import org.junit.jupiter.api.Test;

class FaultTableTest {
  private static final String WHERE = "local mode";

  private static Comparison compared(long lost, long added) {
    return new Comparison(true, lost + added == 0, lost, added, "");
  }

  @Test
  void faultsOfAKindAndPlaceAreOneRow() {
    String page =
        FaultTable.page(
            List.of(
                new Line(Fault.SECOND_RUN, "in training", WHERE, 1, 1, Comparison.NONE),
                new Line(Fault.DRIVER_KILLED, "in training", WHERE, 2, 2, compared(0, 0)),
                new Line(Fault.DRIVER_KILLED, "in ADMM", WHERE, 1, 1, compared(0, 0)),
                new Line(Fault.DRIVER_KILLED, "in training", WHERE, 3, 0, compared(7, 1)),
                new Line(Fault.DRIVER_KILLED, "in training", WHERE, 1, 0, Comparison.NONE)),
            "The build.");
    assertThat(page)
        .isEqualTo(
            """
            The build.

            | fault | when | where | tried | survived | rows lost | rows added |
            |---|---|---|---|---|---|---|
            | `kill -9` of the driver, then the same command | in ADMM | local mode | 1 | 1 | 0 | 0 |
            | `kill -9` of the driver, then the same command | in training | local mode | 6 | 2 | 7, 1 run unknown | 1, 1 run unknown |
            | second run on the same folder | in training | local mode | 1 | 1 | – | – |
            """);
  }

  @Test
  void theAnswerOfACompareIsRead() {
    assertThat(
            Comparison.of(new LauncherRun(0, "equal: 38 tables (12,345 rows) and 36 files\n", "")))
        .matches(answer -> answer.equal() && answer.compared());
    assertThat(
            Comparison.of(
                new LauncherRun(
                    2,
                    "scores/wer: only in the first: a\n",
                    "bitlattice: a and b differ in 2 of 74 tables and files: 1,234 rows are only in the first, 5 only in the second\n")))
        .matches(answer -> answer.compared() && !answer.equal())
        .extracting(Comparison::lost, Comparison::added)
        .containsExactly(1234L, 5L);
    assertThat(Comparison.of(new LauncherRun(3, "", "bitlattice: internal error")))
        .matches(answer -> !answer.compared() && !answer.equal());
    assertThat(Comparison.of(new LauncherRun(0, "equal: 0 tables (0 rows) and 3 files\n", "")))
        .as("an experiment without tables is none")
        .matches(answer -> !answer.equal());
  }
}
