package org.bitlattice.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.report.HistoryRows.ADMM;
import static org.bitlattice.report.HistoryRows.FP32;
import static org.bitlattice.report.HistoryRows.key;
import static org.bitlattice.report.HistoryRows.run;
import static org.bitlattice.report.HistoryRows.scored;
import static org.bitlattice.report.HistoryRows.unscored;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HistoryPageTest {
  private static final RunHistory TWO =
      run(
              22,
              1,
              1000,
              List.of(
                  scored("first-pass", "dev", "lattice", 0, 30),
                  scored(ADMM, "dev", "tuned", 46_236, 21.37),
                  scored(ADMM, "dev", "network-alone", 46_236, 25),
                  scored(ADMM, "eval", "tuned", 46_236, 20)))
          .plus(
              run(
                  23,
                  2,
                  2029.5,
                  List.of(
                      scored("first-pass", "dev", "lattice", 0, 30),
                      scored(ADMM, "dev", "tuned", 46_236, 21.5),
                      scored(ADMM, "dev", "network-alone", 46_236, 26),
                      scored(ADMM, "eval", "tuned", 46_236, 19))));

  /** A run without lattices, with another build, and one system more. */
  private static final RunHistory THREE =
      TWO.plus(
          run(
              key(24),
              24,
              "0.0.9",
              2,
              2000,
              List.of(unscored(FP32, 800_000, 79), unscored(ADMM, 40_000, 82))));

  private static String page(RunHistory history, HistoryView view) {
    return new HistoryPage(
            "file:/srv/runs", history, Set.of(key(23), key(24)), List.of(), List.of(), view)
        .text();
  }

  private static HistoryView last(int runs) {
    return new HistoryView(List.of(), List.of(), Optional.empty(), OptionalInt.of(runs));
  }

  @Test
  void showsHowEveryNumberMoved() {
    assertThat(page(TWO, HistoryView.ALL))
        .isEqualTo(
            """
            History of file:/srv/runs: 2 finished runs
            In parentheses: the change since the run before and since the first run that have the number; = is no change.

            Runs
            run                       started (UTC)       finished (UTC)  version   commit  settings    inputs  folder                       seconds
            2026-11-22T020000Z  2026-11-22 02:00:00  2026-11-22 02:42:10    0.1.0  abc1234  f3312283  684c92fb    gone                       1,000.5
            2026-11-23T020000Z  2026-11-23 02:00:00  2026-11-23 02:42:10    0.1.0  abc1234  58c12583  684c92fb   there  2,030.0 (+1,029.5, +1,029.5)

            Seconds by stage
            run                                        train   report
            2026-11-22T020000Z                       1,000.0      0.5
            2026-11-23T020000Z  2,029.5 (+1,029.5, +1,029.5)  0.5 (=)

            Changed settings and input files
            2026-11-23T020000Z against 2026-11-22T020000Z
              training.epochs: was 1, now 2

            System first-pass, weights: lattice
            run                 bytes  ratio    dev PPL   eval PPL  WER % dev
            2026-11-22T020000Z      -      -      83.00      81.50      30.00
            2026-11-23T020000Z      -      -  83.00 (=)  81.50 (=)  30.00 (=)

            System admm-2, weights: tuned
            run                      bytes       ratio               dev PPL   eval PPL             WER % dev            WER % eval
            2026-11-22T020000Z      46,236      173.03                 82.14      81.50                 21.37                 20.00
            2026-11-23T020000Z  46,236 (=)  173.03 (=)  82.15 (+0.01, +0.01)  81.50 (=)  21.50 (+0.13, +0.13)  19.00 (-1.00, -1.00)
            """);
  }

  @Test
  void whatARunLacksIsShownAsUnknown() {
    assertThat(page(THREE, last(2)))
        .isEqualTo(
            """
            History of file:/srv/runs: 3 finished runs, the newest 2 shown
            In parentheses: the change since the run before and since the first run that have the number; = is no change.

            Runs
            run                       started (UTC)       finished (UTC)  version     commit  settings    inputs  folder                       seconds
            2026-11-23T020000Z  2026-11-23 02:00:00  2026-11-23 02:42:10    0.1.0    abc1234  58c12583  684c92fb   there  2,030.0 (+1,029.5, +1,029.5)
            2026-11-24T020000Z  2026-11-24 02:00:00  2026-11-24 02:42:10    0.1.0  abc1234 *  58c12583  684c92fb   there     2,000.5 (-29.5, +1,000.0)
            * stages of 2026-11-24T020000Z were also made by 0.0.9 (abc1234)

            Seconds by stage
            run                                        train   report
            2026-11-23T020000Z  2,029.5 (+1,029.5, +1,029.5)  0.5 (=)
            2026-11-24T020000Z     2,000.0 (-29.5, +1,000.0)  0.5 (=)

            Changed settings and input files
            2026-11-23T020000Z against 2026-11-22T020000Z
              training.epochs: was 1, now 2

            System fp32
            run                   bytes  ratio  dev PPL  eval PPL
            2026-11-23T020000Z        -      -        -         -
            2026-11-24T020000Z  800,000  10.00    79.00     81.50

            System admm-2, weights: tuned
            run                                   bytes                    ratio               dev PPL   eval PPL             WER % dev            WER % eval
            2026-11-23T020000Z               46,236 (=)               173.03 (=)  82.15 (+0.01, +0.01)  81.50 (=)  21.50 (+0.13, +0.13)  19.00 (-1.00, -1.00)
            2026-11-24T020000Z  40,000 (-6,236, -6,236)  200.00 (+26.97, +26.97)  82.00 (-0.15, -0.14)  81.50 (=)                     -                     -

            System first-pass, weights: lattice
            run                 bytes  ratio    dev PPL   eval PPL  WER % dev
            2026-11-23T020000Z      -      -  83.00 (=)  81.50 (=)  30.00 (=)
            2026-11-24T020000Z      -      -          -          -          -
            """);
  }

  @Test
  void showsOnlyWhatIsAskedFor() {
    HistoryView view =
        new HistoryView(
            List.of(ADMM), List.of("dev"), Optional.of("network-alone"), OptionalInt.of(1));
    assertThat(page(TWO, view))
        .contains("2 finished runs, the newest 1 shown\n")
        .contains("\nSystem admm-2, weights: network-alone\n")
        .contains("26.00 (+1.00, +1.00)")
        .doesNotContain("first-pass", "eval\n", "\n2026-11-22");
  }

  @Test
  void runsThatAreNotFinishedOrDamagedAreListed() {
    HistoryPage page =
        new HistoryPage(
            "file:/srv/runs",
            RunHistory.EMPTY,
            Set.of(),
            List.of(
                new UnfinishedRun("a\nb", 0, List.of(), List.of()),
                new UnfinishedRun("c", 1, List.of("systems/x", "systems/y"), List.of()),
                new UnfinishedRun("d", 9, List.of(), List.of("train")),
                new UnfinishedRun("e", 9, List.of(), List.of("prepare", "train"))),
            List.of(new UnreadableRun("f", "it is damaged")),
            HistoryView.ALL);
    assertThat(page.text())
        .isEqualTo(
            """
            History of file:/srv/runs: 0 finished runs

            Not finished
            a?b: 0 stages complete
            c: 1 stage complete, begun: systems/x, systems/y
            d: its report was made from train, which is gone or made anew
            e: its report was made from prepare, train, which are gone or made anew

            Cannot be read
            f: it is damaged
            """);
  }

  @Test
  void onlyTheFirstOfManyDifferencesAreListed() {
    RunHistory many = TWO.plus(HistoryRows.runWithSettings(24, 30));
    assertThat(page(many, last(1)))
        .contains("2026-11-24T020000Z against 2026-11-23T020000Z\n  key.0: was absent, now 0\n")
        .contains("\n  and 12 more\n");
  }

  @Test
  void numbersAreWrittenAlikeInEveryCountry() {
    String expected = page(THREE, HistoryView.ALL);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(page(THREE, HistoryView.ALL)).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void forMachinesThereIsALineForEachScoreWithAllDigits() {
    String text = new HistoryTsv(THREE, HistoryView.ALL).text();
    List<String> lines = text.lines().toList();
    assertThat(lines).hasSize(1 + 4 + 4 + 2);
    assertThat(lines.get(0).split("\t"))
        .hasSize(24)
        .startsWith("run", "started_utc")
        .endsWith("wer_percent");
    assertThat(lines.get(2).split("\t", -1))
        .containsExactly(
            "2026-11-22T020000Z",
            "2026-11-22T02:00:00Z",
            "2026-11-22T02:42:10Z",
            "0.1.0",
            "abc1234",
            "1",
            TWO.runs().get(0).settingsDigest(),
            TWO.runs().get(0).inputsDigest(),
            "1000.5",
            "admm-2",
            "dev",
            "tuned",
            "2.0",
            "2.25",
            "46236",
            Double.toString(8e6 / 46_236),
            "82.137",
            "81.5",
            "1000",
            "786",
            "214",
            "0",
            "0",
            "21.37");
    assertThat(lines.get(1)).contains("\tfirst-pass\tdev\tlattice\t2.0\t2.25\t\t\t83.0\t");
    assertThat(lines.get(10)).contains("\tadmm-2\t\t\t2.0").endsWith("\t0\t0\t0\t0\t0\t");
    HistoryView some =
        new HistoryView(List.of(ADMM), List.of("dev"), Optional.of("tuned"), OptionalInt.of(2));
    assertThat(new HistoryTsv(THREE, some).text().lines()).hasSize(2);
  }
}
