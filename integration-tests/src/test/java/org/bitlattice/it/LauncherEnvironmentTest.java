package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says about a Java, a Spark or a folder that will not do, and how it builds. */
class LauncherEnvironmentTest {
  @TempDir private Path scratch;

  @Test
  void saysThatThereIsNoJava() throws IOException {
    Path bin = Files.createDirectory(scratch.resolve("bin"));
    for (String tool : new String[] {"bash", "env", "dirname", "readlink"}) {
      Files.createSymbolicLink(bin.resolve(tool), onPath(tool));
    }
    refuses(
        LauncherRun.launcher().without("JAVA_HOME").with("PATH", bin),
        "There is no java on the PATH; install Java 17 or set JAVA_HOME.");
  }

  @Test
  void saysThatJavaHomeHoldsNoJava() {
    refuses(
        LauncherRun.launcher().with("JAVA_HOME", scratch),
        "JAVA_HOME is %s, which has no bin/java; set it to a Java 17.".formatted(scratch));
  }

  @Test
  void saysWhichJavaItFoundInsteadOf17() throws IOException {
    Path java = script("bin/java", "echo 'openjdk version \"11.0.22\" 2024-01-16' >&2");
    refuses(
        LauncherRun.launcher().with("JAVA_HOME", scratch),
        "%s is Java 11.0.22; Bitlattice needs Java 17, set JAVA_HOME to one.".formatted(java));
  }

  @Test
  void saysThatSparkHomeHoldsNoSpark() {
    refuses(
        LauncherRun.launcher().with("SPARK_HOME", scratch),
        ("SPARK_HOME is %s, which has no bin/spark-submit; set it to a Spark 3.5 (Scala 2.12),"
                + " or unset it to run the Spark of the build.")
            .formatted(scratch));
  }

  @Test
  void saysWhichSparkItFoundInsteadOf35WithScala212() throws IOException {
    script("bin/spark-submit", "exit 9");
    Path jars = Files.createDirectory(scratch.resolve("jars"));
    for (String jar : new String[] {"spark-core_2.13-3.5.1.jar", "spark-core_2.12-3.4.4.jar"}) {
      Path core = Files.createFile(jars.resolve(jar));
      refuses(
          LauncherRun.launcher().with("SPARK_HOME", scratch),
          "SPARK_HOME is %s, with %s; Bitlattice needs Spark 3.5 with Scala 2.12."
              .formatted(scratch, jar));
      Files.delete(core);
    }
  }

  @Test
  void worksThroughLinksAndInFoldersWithSpaces() throws IOException {
    Path copy = Files.createDirectories(scratch.resolve("with space/bit lattice"));
    for (String part : new String[] {"lib", "conf", "spark", "bin"}) {
      Files.createSymbolicLink(copy.resolve(part), Distribution.HOME.resolve(part));
    }
    Path launcher = Files.copy(Distribution.LAUNCHER, scratch.resolve("with space/launcher"));
    Files.delete(copy.resolve("bin"));
    Files.createDirectory(copy.resolve("bin"));
    Files.move(launcher, copy.resolve("bin/bitlattice"));
    Path outer = Files.createSymbolicLink(scratch.resolve("outer"), Path.of("inner link"));
    Files.createSymbolicLink(
        scratch.resolve("inner link"), Path.of("with space/bit lattice/bin/bitlattice"));

    LauncherRun run = LauncherRun.script(outer).in(copy).dry("run", "relative.conf");
    assertThat(run.lines())
        .contains("@" + copy.toRealPath() + "/conf/jvm-options")
        .endsWith("relative.conf");
  }

  @Test
  void buildsACheckoutThatHasNoBuildOrAnOldOneAndSaysSo() throws IOException {
    script(
        "tools/mvn",
        "mkdir -p \"$(dirname \"$0\")/../spark-jobs/target/bitlattice-7.0/lib\"\n"
            + "touch \"$(dirname \"$0\")/../spark-jobs/target/bitlattice-7.0/\"{.built,lib/bitlattice-7.0.jar}");
    Files.writeString(
        scratch.resolve("pom.xml"), "<project>\n  <version>7.0</version>\n</project>\n");
    Files.createDirectories(scratch.resolve("spark-jobs/src/main"));
    Path source = Files.createFile(scratch.resolve("spark-jobs/src/main/New.java"));
    Path launcher = Files.createDirectory(scratch.resolve("submit-scripts")).resolve("bitlattice");
    Files.copy(Distribution.LAUNCHER, launcher);

    assertThat(checkout(launcher).dry("run").errors())
        .isEqualTo(
            "bitlattice: There is no build of Bitlattice 7.0 yet: building it (once, some"
                + " minutes).\n");
    assertThat(checkout(launcher).dry("run").errors()).isEmpty();

    Files.setLastModifiedTime(
        source, java.nio.file.attribute.FileTime.from(java.time.Instant.now().plusSeconds(60)));
    assertThat(checkout(launcher).dry("run").errors())
        .isEqualTo(
            "bitlattice: spark-jobs/src/main/New.java is newer than the build: building Bitlattice"
                + " 7.0.\n");
  }

  private LauncherRun.Builder checkout(Path launcher) {
    return LauncherRun.script(launcher)
        .with("PATH", scratch.resolve("tools") + ":" + System.getenv("PATH"));
  }

  private static void refuses(LauncherRun.Builder launcher, String sentence) {
    LauncherRun run = launcher.run("run", "experiment.conf");
    assertThat(run.errors()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output()).isEmpty();
  }

  private Path script(String name, String body) throws IOException {
    Path file = scratch.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private static Path onPath(String tool) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path file = Path.of(folder, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IllegalStateException("no " + tool + " on the PATH");
  }
}
