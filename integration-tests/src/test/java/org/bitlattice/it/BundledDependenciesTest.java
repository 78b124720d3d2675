package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Which libraries ship: none unseen, none twice. */
class BundledDependenciesTest {
  private static final String UPDATE = "bitlattice.update-golden";
  private static final Path LIST =
      Distribution.CHECKOUT.resolve("spark-jobs/bundled-dependencies.txt");
  private static final String LISTED_PLATFORM = "linux-x86_64";

  @Test
  void shipsTheDependenciesOfTheCheckedInList() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# Libraries in the distribution for " + LISTED_PLATFORM + ", and their size together.");
    lines.add("# After a wanted change: mvn verify -D" + UPDATE);
    lines.addAll(listed("lib"));
    lines.addAll(listed("spark/jars"));
    if (System.getProperty(UPDATE) != null) {
      Files.write(LIST, lines);
      fail("%s is rewritten; look at the difference and verify again without -D%s", LIST, UPDATE);
    }
    assumeTrue(
        LISTED_PLATFORM.equals(System.getProperty("bitlattice.platform")),
        "the list is that of " + LISTED_PLATFORM);
    assertThat(lines)
        .as(
            "the bundled libraries are not those of %s; if that is wanted, verify once with -D%s",
            LIST, UPDATE)
        .isEqualTo(Files.readAllLines(LIST));
  }

  @Test
  void shipsNoLibraryInTwoVersions() {
    Map<String, List<String>> versions =
        allJars().stream()
            .map(jar -> jar.getFileName().toString())
            // ND4J's own copy in packages of its own, not a version of Guava.
            .filter(name -> !name.equals("guava-1.0.0-M2.jar"))
            .collect(
                Collectors.groupingBy(
                    name -> name.replaceFirst("-[0-9].*?((-[a-z][\\w-]*)?)\\.jar$", "$1"),
                    TreeMap::new,
                    Collectors.toList()));
    assertThat(versions.values()).allMatch(names -> names.size() == 1);
  }

  @Test
  void shipsNoClassBothInLibAndInSpark() throws IOException {
    Set<String> ours = classes(Distribution.jars("lib"));
    Set<String> sparks = classes(Distribution.jars("spark/jars"));
    assertThat(ours).isNotEmpty();
    ours.retainAll(sparks);
    assertThat(ours).isEmpty();
  }

  @Test
  void keepsSparkAndScalaOutOfLib() {
    assertThat(Distribution.jars("lib"))
        .noneMatch(jar -> jar.getFileName().toString().matches("(spark|scala|hadoop)-.*"));
    assertThat(Distribution.jars("spark/jars"))
        .anyMatch(jar -> jar.endsWith("scala-library-2.12.18.jar"));
  }

  private static List<Path> allJars() {
    List<Path> jars = new ArrayList<>(Distribution.jars("lib"));
    jars.addAll(Distribution.jars("spark/jars"));
    return jars;
  }

  private static List<String> listed(String folder) throws IOException {
    List<Path> jars =
        Distribution.jars(folder).stream()
            .filter(jar -> !jar.getFileName().toString().matches("(bitlattice|pipeline-core)-.*"))
            .toList();
    long bytes = 0;
    List<String> lines = new ArrayList<>();
    for (Path jar : jars) {
      bytes += Files.size(jar);
      lines.add("  " + jar.getFileName());
    }
    lines.add(0, "%s: %d jars, %d bytes".formatted(folder, jars.size(), bytes));
    return lines;
  }

  private static Set<String> classes(List<Path> jars) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
            .filter(name -> !name.startsWith("META-INF/"))
            // ND4J's Guava brings these along unshaded; nothing of ours loads them.
            .filter(name -> !name.matches("(javax/annotation|com/google/thirdparty)/.*"))
            .forEach(names::add);
      }
    }
    return names;
  }
}
