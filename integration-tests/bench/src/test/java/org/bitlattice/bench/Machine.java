package org.bitlattice.bench;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** What a measurement depends on beside the code. */
final class Machine {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final List<String> NAMED = List.of("avx", "amx", "fma", "f16c");

  private Machine() {}

  /** Processor, its vector instructions, and versions of what runs. */
  static List<String> description() throws IOException {
    return List.of(
        "processor: %s, %d visible".formatted(field("model name"), processors()),
        "instruction sets: " + String.join(" ", instructionSets()),
        "Java %s, ONNX Runtime %s, libtorch %s by DJL %s"
            .formatted(
                System.getProperty("java.version"),
                OrtEnvironment.getEnvironment().getVersion(),
                Engine.getEngine("PyTorch").getVersion(),
                Engine.getDjlVersion()));
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** The vector extensions among the flags of the first processor. */
  private static TreeSet<String> instructionSets() throws IOException {
    TreeSet<String> sets = new TreeSet<>();
    for (String flag : field("flags").split(" ")) {
      if (NAMED.stream().anyMatch(flag::startsWith)) {
        sets.add(flag);
      }
    }
    return sets;
  }

  private static String field(String name) throws IOException {
    if (!Files.exists(PROCESSORS)) {
      return "unknown";
    }
    return Files.readAllLines(PROCESSORS).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
