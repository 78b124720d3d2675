package org.bitlattice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.GradientOracle;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.sensitivity.HessianProbe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tokens for which a product of the Hessian and a vector is computed in a second: by {@link
 * HessianProbe}, and by PyTorch's double back-propagation where there is a Python with torch; one
 * thread each, the same shapes. Beside it the gradient, which a step of training mostly consists
 * of. Times decide nothing.
 */
class HessianBenchmark {
  private static final int SEGMENTS = 32;
  private static final int LENGTH = 32;
  private static final double STEP = 3e-4;

  private final int rounds = Integer.getInteger("bitlattice.bench-rounds", 5);

  @ParameterizedTest
  @EnumSource(ModelSize.class)
  void productsAreTimed(ModelSize size) throws IOException, InterruptedException {
    LmWeights weights = size.weights();
    ModelUnits units = ModelUnits.whole(weights.architecture());
    List<List<int[]>> text = List.of(segments(size.words()));
    HessianProbe probe = new HessianProbe(weights, units, STEP);
    double[] form = probe.sample(1, text).perToken();
    double[] halved = new HessianProbe(weights, units, STEP / 2).sample(1, text).perToken();
    double largest = 0;
    for (double value : form) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int u = 0; u < form.length; u++) {
      assertThat(Math.abs(form[u] - halved[u])).isLessThan(0.01 * largest);
    }
    GradientOracle oracle = new GradientOracle(weights.architecture());
    double gradient = LeastSeconds.of(rounds, () -> oracle.at(weights, text.get(0)));
    double product = LeastSeconds.of(rounds, () -> probe.sample(1, text));
    List<String> report = new ArrayList<>(List.of("### " + size, ""));
    report.add(
        "| what, of %d segments of %d tokens | seconds | tokens per second | gradients |"
            .formatted(SEGMENTS, LENGTH));
    report.add("|---|---|---|---|");
    report.add(row("gradient", gradient, gradient));
    report.add(row("vᵀHv of every tensor, central difference", product, gradient));
    Optional<double[]> torch = torch(size);
    if (torch.isPresent()) {
      report.add(row("PyTorch, double back-propagation", torch.get()[0], gradient));
      report.add(row("PyTorch, central difference", torch.get()[1], gradient));
    } else {
      report.add("| PyTorch | no python3 with torch | | |");
    }
    report.add("");
    Machine.description().forEach(line -> report.add("- " + line));
    LeastSeconds.write("hessian", size, report);
  }

  private static String row(String what, double seconds, double gradient) {
    return String.format(
        Locale.ROOT,
        "| %s | %.3f | %,.0f | %.2f |",
        what,
        seconds,
        SEGMENTS * LENGTH / seconds,
        seconds / gradient);
  }

  private static List<int[]> segments(int words) {
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> segments = new ArrayList<>();
    for (int s = 0; s < SEGMENTS; s++) {
      segments.add(random.ints(LENGTH + 1, 0, words).toArray());
    }
    return segments;
  }

  /** Seconds of double back-propagation and of two gradients in PyTorch, if it is there. */
  private Optional<double[]> torch(ModelSize size) throws IOException, InterruptedException {
    Path script =
        Path.of(System.getProperty("bitlattice.checkout"))
            .resolve("integration-tests/src/test/python/torch_hessian.py");
    for (String python :
        List.of(System.getProperty("bitlattice.python", ""), "python3", "/usr/bin/python3")) {
      Optional<double[]> seconds =
          python.isEmpty() ? Optional.empty() : torch(python, script, size);
      if (seconds.isPresent()) {
        return seconds;
      }
    }
    return Optional.empty();
  }

  private Optional<double[]> torch(String python, Path script, ModelSize size)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.add("time");
    option(command, "--words", size.words());
    option(command, "--hidden", size.units());
    option(command, "--layers", 2);
    option(command, "--batch", SEGMENTS);
    option(command, "--length", LENGTH);
    option(command, "--rounds", rounds);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("OMP_NUM_THREADS", "1");
      Process process = builder.start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        return Optional.empty();
      }
      String[] fields = output.split(" ");
      return Optional.of(
          new double[] {Double.parseDouble(fields[0]), Double.parseDouble(fields[1])});
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void option(List<String> command, String name, int value) {
    command.add(name);
    command.add(String.valueOf(value));
  }
}
