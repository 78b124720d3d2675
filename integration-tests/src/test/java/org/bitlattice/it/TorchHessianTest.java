package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hessian traces as a run tells them, against double back-propagation in PyTorch, in double
 * precision: with the same directions, and with many others.
 */
class TorchHessianTest {
  private static final Path SCRIPT =
      Distribution.CHECKOUT.resolve("integration-tests/src/test/python/torch_hessian.py");
  private static final Pattern TRACE =
      Pattern.compile("^  (\\S+) +trace (\\S+) ± (\\S+)  of a weight ", Pattern.MULTILINE);
  private static final int SAMPLES = 24;

  private static Path python;

  @TempDir private Path scratch;

  /** Mean and standard error of a unit. */
  private record Estimate(double trace, double standardError) {}

  @BeforeAll
  static void findTorch() {
    python = ForeignPrograms.requireTorch();
  }

  /** Traces of the undisturbed experiment's baseline on all dev sentences. */
  private Map<String, Estimate> byBitlattice() throws IOException {
    Path output = scratch.resolve("experiment");
    for (String folder : List.of("corpus", "baseline")) {
      copy(SmallExperiment.undisturbed().resolve(folder), output.resolve(folder));
    }
    Path data = SmallExperiment.data();
    LauncherRun run =
        SmallExperiment.launcher()
            .run(
                "sensitivity",
                data + "/small.conf",
                "--set",
                "data=" + data,
                "--set",
                "output=" + output,
                "--set",
                "systems={fp32.method=full-precision,h={method=ptq,precision=hessian,budget.average-bits=2,word-blocks=[5,20]}}",
                "--set",
                "sensitivity.hessian={sentences=100000,maximum-samples=%d,relative-error=1e-6,share-of-largest=1e-6}"
                    .formatted(SAMPLES),
                "--",
                "--master",
                "local[2]");
    assertThat(run.exitCode()).as(run.errors()).isZero();
    Map<String, Estimate> estimates = new LinkedHashMap<>();
    Matcher line = TRACE.matcher(run.errors());
    while (line.find()) {
      estimates.put(
          line.group(1),
          new Estimate(Double.parseDouble(line.group(2)), Double.parseDouble(line.group(3))));
    }
    return estimates;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static Map<String, Estimate> byTorch(int samples, String stream) {
    Path output = SmallExperiment.undisturbed();
    LauncherRun run =
        LauncherRun.script(python)
            .run(
                SCRIPT.toString(),
                "traces",
                output.resolve("baseline/model/model.safetensors").toString(),
                "--words",
                output.resolve("corpus/vocabulary.txt").toString(),
                "--text",
                SmallExperiment.data().resolve("dev.txt").toString(),
                "--blocks",
                "5,20",
                "--seed",
                "1",
                "--samples",
                String.valueOf(samples),
                "--stream",
                stream);
    assertThat(run.exitCode()).as(run.errors()).isZero();
    Map<String, Estimate> estimates = new LinkedHashMap<>();
    for (String line : run.output().lines().toList()) {
      String[] fields = line.split(" ");
      estimates.put(
          fields[0], new Estimate(Double.parseDouble(fields[1]), Double.parseDouble(fields[2])));
    }
    return estimates;
  }

  @Test
  void tracesAreThoseOfDoubleBackPropagation() throws IOException {
    Map<String, Estimate> found = byBitlattice();
    Map<String, Estimate> same = byTorch(SAMPLES, "hutchinson");
    Map<String, Estimate> others = byTorch(10 * SAMPLES, "others");
    assertThat(found).hasSize(8);
    assertThat(found.keySet())
        .containsExactlyElementsOf(same.keySet())
        .containsExactlyElementsOf(others.keySet());
    double largest =
        others.values().stream().mapToDouble(e -> Math.abs(e.trace())).max().orElseThrow();
    found.forEach(
        (unit, estimate) -> {
          Estimate expected = same.get(unit);
          // Four digits are told of a trace, two of its error.
          assertThat(estimate.trace())
              .as(unit)
              .isCloseTo(
                  expected.trace(), within(1e-3 * Math.abs(expected.trace()) + 1e-4 * largest));
          assertThat(estimate.standardError())
              .as(unit)
              .isCloseTo(expected.standardError(), within(0.06 * expected.standardError()));
          Estimate other = others.get(unit);
          assertThat(estimate.trace())
              .as("trace of %s by other directions", unit)
              .isCloseTo(
                  other.trace(),
                  within(5 * Math.hypot(other.standardError(), expected.standardError())));
        });
  }
}
