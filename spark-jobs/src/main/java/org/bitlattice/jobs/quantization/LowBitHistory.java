package org.bitlattice.jobs.quantization;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.settings.LowBitTraining;
import org.bitlattice.settings.ResidualStop;
import org.bitlattice.settings.SystemSettings;

/**
 * The rounds of a low-bit training so far, and what follows from them: the next round and the best
 * one. Nothing else decides, so a continued run decides as an undisturbed one.
 */
final class LowBitHistory {
  /** What a round does. */
  enum Phase {
    START("start", "start"),
    ADMM("admm", "ADMM"),
    STRAIGHT_THROUGH("straight-through", "straight-through"),
    FINE_TUNING("fine-tuning", "fine-tuning");

    private final String label;
    private final String title;

    Phase(String label, String title) {
      this.label = label;
      this.title = title;
    }

    /** The phase of a method that trains. */
    static Phase of(SystemSettings.Method method) {
      return method == SystemSettings.Method.ADMM ? ADMM : STRAIGHT_THROUGH;
    }

    /** The phase in the table of rounds. */
    String label() {
      return label;
    }

    /** The phase in messages. */
    String title() {
      return title;
    }
  }

  /**
   * A round that is to be run.
   *
   * @param round counted from 1 over all phases
   * @param phase what it does
   * @param place its place in its phase, from 1
   * @param places rounds of its phase
   * @param learningRate its learning rate
   */
  record Next(int round, Phase phase, int place, int places, double learningRate) {
    /** Such as {@code ADMM round 3/12}. */
    String title() {
      return "%s round %d/%d".formatted(phase.title(), place, places);
    }
  }

  private final Phase method;
  private final LowBitTraining training;
  private final ResidualStop stop;
  private final List<LowBitRow> rows = new ArrayList<>();

  LowBitHistory(SystemSettings system) {
    this.method = Phase.of(system.method());
    this.training = system.training();
    this.stop = system.stop();
  }

  void add(LowBitRow row) {
    rows.add(row);
  }

  /** Forgets all rounds after one; −1 forgets everything. */
  void cutAfter(int round) {
    rows.subList(round + 1, rows.size()).clear();
  }

  /** All rounds, row 0 first. */
  List<LowBitRow> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** The last round's row. */
  LowBitRow last() {
    return rows.get(rows.size() - 1);
  }

  /** The round to run next; empty when all are done. */
  Optional<Next> next() {
    int done = count(method);
    if (done < training.rounds() && !atRest()) {
      double rate = training.rate().at(done + 1, training.rounds());
      return Optional.of(new Next(rows.size(), method, done + 1, training.rounds(), rate));
    }
    LowBitTraining.FineTuning tuning = training.fineTuning();
    int tuned = count(Phase.FINE_TUNING);
    if (tuned < tuning.rounds()) {
      double rate = tuning.rate().at(tuned + 1, tuning.rounds());
      return Optional.of(
          new Next(rows.size(), Phase.FINE_TUNING, tuned + 1, tuning.rounds(), rate));
    }
    return Optional.empty();
  }

  private boolean atRest() {
    return method == Phase.ADMM
        && rows.stream()
            .filter(row -> row.phase().equals(method.label()))
            .anyMatch(row -> stop.reached(row.primalResidual(), row.codesChanged()));
  }

  private int count(Phase phase) {
    return (int) rows.stream().filter(row -> row.phase().equals(phase.label())).count();
  }

  /** The round with the lowest dev perplexity of the low-bit model, of those up to one. */
  int bestUpTo(int round) {
    return rows.stream()
        .limit(round + 1L)
        .min(Comparator.comparingDouble(LowBitRow::devPerplexityQuantized))
        .orElseThrow()
        .round();
  }

  /** The row of the round with the lowest dev perplexity of the low-bit model. */
  LowBitRow best() {
    return rows.get(bestUpTo(rows.size() - 1));
  }
}
