package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests and the launcher give Java the same options. */
class JvmOptionsTest {
  @Test
  void testsRunWithTheOptionsOfTheDistribution() throws IOException {
    List<String> ours =
        Files.readAllLines(Distribution.HOME.resolve("conf/jvm-options")).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    List<String> opened =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("--add-"))
            .toList();
    assertThat(ours).isNotEmpty().allMatch(option -> option.startsWith("--add-opens="));
    assertThat(opened).containsExactlyInAnyOrderElementsOf(ours);
  }
}
