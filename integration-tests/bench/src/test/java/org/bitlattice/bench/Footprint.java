package org.bitlattice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.text.Vocabulary;

/**
 * Resident memory that an open model takes, measured in a process of its own: the growth of the
 * process from before it is opened until it has scored a sentence word by word. The Java heap is
 * touched beforehand, and the C library gives freed memory back, so that neither counts.
 */
final class Footprint {
  private static final List<String> PROPERTIES =
      List.of(
          "ENGINE_CACHE_DIR",
          "DJL_CACHE_DIR",
          "ai.djl.offline",
          "ai.djl.pytorch.num_threads",
          "ai.djl.pytorch.num_interop_threads");

  private Footprint() {}

  /** Mebibytes of a contender. */
  static double mebibytes(Contender contender, ModelSize size) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC"));
    PROPERTIES.forEach(name -> command.add("-D%s=%s".formatted(name, System.getProperty(name))));
    command.addAll(List.of(Footprint.class.getName(), contender.written(), size.name()));
    ProcessBuilder process = new ProcessBuilder(command);
    process.redirectError(ProcessBuilder.Redirect.INHERIT);
    process
        .environment()
        .put(
            "CLASSPATH",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    process.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    process.environment().put("MALLOC_TRIM_THRESHOLD_", "0");
    Process running = process.start();
    String out = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(out.lines().reduce("", (first, last) -> last).strip()) / 1024.0;
  }

  /** Prints the growth in kibibytes. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Contender contender = Contender.parse(arguments[0]);
    ModelSize size = ModelSize.valueOf(arguments[1]);
    Vocabulary vocabulary = size.vocabulary(List.of());
    List<LatticePath> sentence =
        List.of(new LatticePath(vocabulary.words().subList(3, 8), 0, 0, 0));
    List<RescoredUtterance> utterances = List.of(new RescoredUtterance("sentence", sentence, null));
    // Everything that does not belong to the model is loaded with another one.
    try (Rescorer before = contender.open(size, vocabulary, 1)) {
      before.score(utterances);
    }
    long start = resident();
    try (Rescorer open = contender.open(size, vocabulary, 1)) {
      open.score(utterances);
      System.out.println(resident() - start);
    }
  }

  private static long resident() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Mebibytes of the FP32 weights themselves, for comparison. */
  static double weights(ModelSize size) {
    LmWeights weights = size.weights();
    return weights.architecture().parameters() * 4.0 / (1 << 20);
  }
}
