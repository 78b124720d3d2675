package org.bitlattice.jobs.training;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.lm.training.OptimiserSettings;
import org.bitlattice.lm.training.PlainTrainer;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.lm.training.TrainingState;

/**
 * Measures training speed on a network of the AMI experiments' size (6,997 words, 2×200 LSTM,
 * minibatches of 32 segments of 32 tokens). Arguments: {@code plain} or {@code local[n]}, and the
 * number of minibatches of each worker. Prints tokens per second of wall time and of processor
 * time.
 */
final class TrainingSpeed {
  private static final int WORDS = 6997;
  private static final int FREQUENCY = 32;

  private TrainingSpeed() {}

  public static void main(String[] arguments) {
    int steps = Integer.parseInt(arguments[1]);
    LstmArchitecture lstm = new LstmArchitecture(WORDS, 200, 200, 2);
    OptimiserSettings settings =
        OptimiserSettings.adam(0.002, 32).withDropout(0.2).withGradientClip(1);
    List<int[]> text = TinyModels.segments(64 * 32, 32, WORDS, 1);
    TrainingState start = TrainingState.start(InitialWeights.of(lstm, 1));
    if (arguments[0].equals("plain")) {
      PlainTrainer trainer = new PlainTrainer(lstm, settings, text, 1);
      trainer.train(start, 10, 0.002, Optional.empty());
      Clock clock = new Clock();
      clock.print(trainer.train(start, steps, 0.002, Optional.empty()).tokens());
      return;
    }
    try (SparkSession session =
        SparkSession.builder()
            .master(arguments[0])
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
      try (DistributedTrainer trainer =
          new DistributedTrainer(
              spark,
              lstm,
              settings,
              new Averaging(2, FREQUENCY),
              DistributedTrainer.deal(spark, text, 2),
              1)) {
        TrainingState warm = trainer.round(start, RoundPlan.free(0, 1, 0.002)).state();
        Clock clock = new Clock();
        RoundPlan plan = RoundPlan.free(1, steps / FREQUENCY, 0.002);
        clock.print(trainer.round(warm, plan).tokens());
      }
    }
  }

  /** Wall and processor time since its making. */
  private static final class Clock {
    private final long wall = System.nanoTime();
    private final long processor = processorNanos();

    private static long processorNanos() {
      return ((com.sun.management.OperatingSystemMXBean)
              ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }

    void print(long tokens) {
      double wallSeconds = (System.nanoTime() - wall) * 1e-9;
      double processorSeconds = (processorNanos() - processor) * 1e-9;
      System.out.printf(
          "tokens %d, wall %.1f s, %.0f tokens/s; processor %.1f s, %.0f tokens/s%n",
          tokens, wallSeconds, tokens / wallSeconds, processorSeconds, tokens / processorSeconds);
    }
  }
}
