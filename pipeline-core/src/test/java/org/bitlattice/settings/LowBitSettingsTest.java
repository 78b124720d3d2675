package org.bitlattice.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.settings.TestSettings.SMALL;
import static org.bitlattice.settings.TestSettings.load;
import static org.bitlattice.settings.TestSettings.refused;

import org.bitlattice.lm.training.RateSchedule;
import org.junit.jupiter.api.Test;

class LowBitSettingsTest {
  @Test
  void whatLowBitTrainingIsGivenIsRead() {
    SystemSettings system =
        load(SMALL
                + """
                    systems.a {
                      method = straight-through, start-from = b, straight-through.latent-clip = 1.5
                      low-bit-training {
                        learning-rate = 0.01, learning-rate-decay = cosine, distillation = 0.5
                        fine-tuning.rounds = 3
                      }
                    }
                    systems.b { method = admm, low-bit-training.dropout = 0.1 }
                    systems.c { method = ptq, start-from = fp32 }
                    """)
            .systems()
            .get(1);
    assertThat(system.startFrom()).contains("b");
    assertThat(system.latentClip()).isEqualTo(1.5);
    assertThat(system.training().rate())
        .isEqualTo(new RateSchedule(0.01, RateSchedule.Decay.COSINE));
    assertThat(system.training().distillation()).isEqualTo(0.5);
    assertThat(system.training().dropout()).isEqualTo(0.2);
    assertThat(system.training().fineTuning())
        .isEqualTo(
            new LowBitTraining.FineTuning(3, new RateSchedule(0.001, RateSchedule.Decay.LINEAR)));
    SystemSettings defaults = load(SMALL + "systems.a { bits = 4 }").systems().get(1);
    assertThat(defaults.startFrom()).isEmpty();
    assertThat(defaults.latentClip()).isInfinite();
  }

  @Test
  void trainingStartsFromTheBaselineOrAnotherTrainedSystemAndNeverInACircle() {
    String systems =
        SMALL + "systems { a { start-from = b }, b { start-from = c }, c { start-from = X } }\n";
    String allowed = "; allowed: baseline, or a system of method straight-through or admm: ";
    assertThat(refused(systems.replace("X", "a")).problems())
        .satisfiesExactly(
            a ->
                assertThat(a)
                    .startsWith(
                        "systems.a.start-from closes the circle a → b → c → a" + allowed + "b, c"),
            b -> assertThat(b).contains("b.start-from closes the circle b → c → a → b"),
            c -> assertThat(c).contains("c.start-from closes the circle c → a → b → c"));
    assertThat(refused(systems.replace("X", "fp32")).problems())
        .singleElement()
        .asString()
        .startsWith("systems.c.start-from is \"fp32\"" + allowed + "a, b");
    assertThat(refused(systems.replace("X", "c")).problems())
        .singleElement()
        .asString()
        .startsWith("systems.c.start-from closes the circle c → c" + allowed + "a, b");
  }

  @Test
  void aLatentClipBelowOneIsRefused() {
    assertThat(refused(SMALL, "system-defaults.straight-through.latent-clip=0.5").problems())
        .anyMatch(
            problem ->
                problem.startsWith(
                    "system-defaults.straight-through.latent-clip is 0.5; allowed: 0 for none, or a number from 1 on"));
  }

  @Test
  void wrongValuesAreNamedWithWhatIsAllowed() {
    assertThat(refused(SMALL + "systems.a.low-bit-training.distillation = 1.5").problems())
        .containsExactly(
            "systems.a.low-bit-training.distillation is 1.5; allowed: a number from 0 to 1 (small.conf: 3)");
    assertThat(refused(SMALL + "systems.a.low-bit-training.learning-rate-decay = step").problems())
        .containsExactly(
            "systems.a.low-bit-training.learning-rate-decay is \"step\"; allowed: one of constant, linear, cosine (small.conf: 3)");
    assertThat(refused(SMALL + "systems.a.admm.gamma-growth = 0.5").problems())
        .containsExactly(
            "systems.a.admm.gamma-growth is 0.5; allowed: a number from 1 to 100 (small.conf: 3)");
    assertThat(refused(SMALL + "systems.a.admm.stop.codes-changed = 2").problems())
        .containsExactly(
            "systems.a.admm.stop.codes-changed is 2.0; allowed: a number from 0 to 1 (small.conf: 3)");
  }
}
