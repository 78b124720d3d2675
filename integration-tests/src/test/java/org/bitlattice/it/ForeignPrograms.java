package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that know nothing of Bitlattice's classes, and what they say about its files. */
final class ForeignPrograms {
  private static final Path EXAMPLES = Distribution.CHECKOUT.resolve("docs/examples");
  private static final Path TORCH =
      Distribution.CHECKOUT.resolve("integration-tests/src/test/python/torch_word_lm.py");
  private static final Pattern PERPLEXITY = Pattern.compile(": perplexity ([0-9.]+), ");

  private ForeignPrograms() {}

  /** A Python that can import a module, if this machine has one. */
  static Optional<Path> python(String module) {
    return Stream.of(System.getProperty("bitlattice.python", ""), "python3", "/usr/bin/python3")
        .filter(name -> !name.isEmpty())
        .map(Path::of)
        .filter(python -> imports(python, module))
        .findFirst();
  }

  /** A Python with PyTorch; without one the calling test is skipped, with the reason. */
  static Path requireTorch() {
    Optional<Path> found = python("torch, numpy");
    assumeTrue(
        found.isPresent(),
        "no python3 with torch (apt-get install python3-torch libopenblas0-pthread)");
    return found.orElseThrow();
  }

  private static boolean imports(Path python, String module) {
    try {
      return LauncherRun.script(python).run("-c", "import " + module).exitCode() == 0;
    } catch (java.io.UncheckedIOException e) {
      return false;
    }
  }

  /** Perplexity by the example program in Java, on the ONNX Runtime of the distribution. */
  static double byJava(Path onnx, Path vocabulary, Path text) {
    Path runtime =
        Distribution.jars("lib").stream()
            .filter(jar -> jar.getFileName().toString().matches("onnxruntime-[0-9.]+\\.jar"))
            .findFirst()
            .orElseThrow();
    return number(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        "-cp",
        runtime.toString(),
        EXAMPLES.resolve("OnnxPerplexity.java").toString(),
        onnx.toString(),
        vocabulary.toString(),
        text.toString());
  }

  /** Perplexity by the example script in Python. */
  static double byPython(Path python, Path onnx, Path vocabulary, Path text) {
    return number(
        python,
        EXAMPLES.resolve("onnx_perplexity.py").toString(),
        onnx.toString(),
        vocabulary.toString(),
        text.toString());
  }

  /** Makes a model with PyTorch: {@code lm.safetensors} and {@code words.txt} in a folder. */
  static void makeWithTorch(Path python, Path folder, String... options) {
    run(python, arguments(List.of(TORCH.toString(), "make", folder.toString()), options));
  }

  /** Perplexity by PyTorch. */
  static double byTorch(Path python, Path file, Path words, Path text, String... options) {
    return number(
        python,
        arguments(
            List.of(
                TORCH.toString(),
                "perplexity",
                file.toString(),
                "--words",
                words.toString(),
                "--text",
                text.toString()),
            options));
  }

  /** Perplexity by the command {@code bitlattice perplexity}. */
  static double byBitlattice(Path model, Path text) {
    String output =
        bitlattice(
            "perplexity",
            "--model",
            model.toString(),
            "--text",
            text.toString(),
            "--",
            "--master",
            "local[2]");
    Matcher matcher = PERPLEXITY.matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  /** Runs a command of the distribution and returns what it printed. */
  static String bitlattice(String... arguments) {
    return run(Distribution.LAUNCHER, arguments);
  }

  private static String[] arguments(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static double number(Path program, String... arguments) {
    return Double.parseDouble(run(program, arguments).strip());
  }

  private static String run(Path program, String... arguments) {
    assertThat(Files.isExecutable(program) || program.getNameCount() == 1).isTrue();
    LauncherRun run = LauncherRun.script(program).run(arguments);
    assertThat(run.exitCode()).as(run.errors()).isZero();
    return run.output();
  }
}
