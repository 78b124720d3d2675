package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Damaged lattice files end as documented, within 256 MiB: each lattice is read, or refused with a
 * {@link LatticeException}. {@code -Dbitlattice.fuzz-cases=N} asks for more cases, {@code
 * -Dbitlattice.fuzz-seed=N} for others.
 */
class LatticeFuzzTest {
  @Test
  void damagedFilesEndAsDocumentedInLittleMemory() throws IOException, InterruptedException {
    Path data = Path.of(System.getProperty("bitlattice.data", "../../shared/data"));
    int cases = Integer.getInteger("bitlattice.fuzz-cases", 2_000);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FuzzCases.class.getName(),
                Files.isDirectory(data) ? data.toString() : "",
                Integer.toString(cases),
                System.getProperty("bitlattice.fuzz-seed", "1"))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).startsWith(cases + " cases: ");
  }
}
