package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bitlattice compare} on files; tables are compared in the tests of tables. */
class CompareCommandTest {
  @TempDir private Path folder;

  private Path experiment(String name, String transcript) throws IOException {
    Path experiment = folder.resolve(name);
    Files.createDirectories(experiment.resolve("rescored/fp32/dev"));
    Files.createDirectories(experiment.resolve("report"));
    Files.writeString(experiment.resolve("rescored/fp32/dev/hyp.trn"), transcript);
    Files.writeString(experiment.resolve("rescored/fp32/dev/stage.json"), "record of " + name);
    Files.writeString(experiment.resolve("report/summary.md"), "# " + name);
    Files.writeString(experiment.resolve("experiment.conf"), "output = " + name);
    Files.writeString(experiment.resolve("rescored/.left.partial"), name);
    return experiment;
  }

  private static CommandRun compare(Path first, Path second) {
    return CommandRun.on(1, "", "compare", first.toString(), second.toString());
  }

  @Test
  void recordsPagesAndHiddenFilesDoNotCount() throws IOException {
    CommandRun run = compare(experiment("a", "hello (u1)\n"), experiment("b", "hello (u1)\n"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("equal: 0 tables (0 rows) and 1 files\n");
  }

  @Test
  void differencesAreListedAndTheExitCodeIs2() throws IOException {
    Path first = experiment("a", "hello (u1)\n");
    Path second = experiment("b", "hallo (u1)\n");
    Files.writeString(second.resolve("rescored/extra.trn"), "");
    CommandRun run = compare(first, second);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out())
        .isEqualTo(
            "rescored/extra.trn: only in file:%s\nrescored/fp32/dev/hyp.trn: other bytes (11 against 11)\n"
                .formatted(second));
    assertThat(run.err())
        .contains(
            "bitlattice: %s and %s differ in 2 of 2 tables and files: 0 rows are only in the first, 0 only in the second\n"
                .formatted(first, second));
  }

  @Test
  void aMissingFolderAndAnEmptyOneAreRefused() throws IOException {
    Path first = experiment("a", "");
    CommandRun missing = compare(first, folder.resolve("none"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("bitlattice: there is no folder " + folder.resolve("none"));
    CommandRun empty = compare(Files.createDirectory(folder.resolve("empty")), first);
    assertThat(empty.err())
        .contains("bitlattice: %s holds no results to compare".formatted(folder.resolve("empty")));
  }

  @Test
  void aFileThatIsNoTableIsNamed() throws IOException {
    Path first = experiment("a", "");
    Path table = first.resolve("rescored/fp32/dev/part-0.parquet");
    Files.writeString(table, "these are not the bytes of a table");
    CommandRun run = compare(first, experiment("b", ""));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .contains("bitlattice: cannot read the table file:%s: ".formatted(table))
        .doesNotContain("\tat ");
  }
}
