package org.bitlattice.it.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorShareTest {
  @TempDir private Path groups;

  @Test
  void aQuotaIsTheShareOfThePeriod() {
    assertThat(ProcessorShare.quotaMicros(0.4)).isEqualTo(8000);
    assertThat(ProcessorShare.quotaMicros(0.45)).isEqualTo(9000);
    assertThat(ProcessorShare.quotaMicros(1)).isEqualTo(20_000);
    assertThat(ProcessorShare.quotaMicros(0.05)).isEqualTo(1000);
    assertThat(2 * Confinement.SHARE).isLessThanOrEqualTo(0.9);
  }

  @Test
  void sharesThatAreNoneAreRefused() {
    for (double share : new double[] {0, -0.1, 1.001, Double.NaN}) {
      assertThatThrownBy(() -> ProcessorShare.quotaMicros(share))
          .hasMessage(
              "a share of %s of a processor; allowed are shares above 0 and up to 1"
                  .formatted(share));
    }
    assertThatThrownBy(() -> ProcessorShare.quotaMicros(0.04))
        .hasMessage(
            "a share of 0.04 of a processor is 800 µs in periods of 20000 µs; Linux allows quotas of 1000 µs and more");
  }

  @Test
  void writesQuotaAndPeriodWhereTheFirstVersionReadsThem() throws IOException {
    Files.createDirectory(groups.resolve("cpu"));
    Files.createFile(groups.resolve("cpu/cpu.cfs_quota_us"));
    ProcessorShare share = ProcessorShare.of(groups, "one", 0.45, 3);
    assertThat(groups.resolve("cpu/one/cpu.cfs_quota_us")).hasContent("9000");
    assertThat(groups.resolve("cpu/one/cpu.cfs_period_us")).hasContent("20000");
    assertThat(share.command(List.of("java", "-version")))
        .endsWith(
            groups.resolve("cpu/one/cgroup.procs").toString(),
            "taskset",
            "--cpu-list",
            "3",
            "java",
            "-version");
  }

  @Test
  void writesOneLineWhereTheSecondVersionReadsIt() throws IOException {
    Files.writeString(groups.resolve("cgroup.controllers"), "cpuset cpu memory\n");
    ProcessorShare.of(groups, "two", 0.4, 0);
    assertThat(groups.resolve("cgroup.subtree_control")).hasContent("+cpu");
    assertThat(groups.resolve("two/cpu.max")).hasContent("8000 20000");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    String neither =
        "no control group with a quota of processor time can be made: %s has neither cpu/cpu.cfs_quota_us (version 1) nor the controller cpu (version 2)"
            .formatted(groups);
    assertThatThrownBy(() -> ProcessorShare.of(groups, "none", 0.4, 0)).hasMessage(neither);
    Files.writeString(groups.resolve("cgroup.controllers"), "cpuset memory\n");
    assertThatThrownBy(() -> ProcessorShare.of(groups, "none", 0.4, 0)).hasMessage(neither);
  }

  @Test
  void saysWhyAGroupCannotBeMade() throws IOException {
    Files.createDirectories(groups.resolve("cpu/taken"));
    Files.createFile(groups.resolve("cpu/cpu.cfs_quota_us"));
    assertThatThrownBy(() -> ProcessorShare.of(groups, "taken", 0.4, 0))
        .hasMessage(
            "no control group with a quota of processor time can be made in %s (java.nio.file.FileAlreadyExistsException: %s); that needs the rights of root"
                .formatted(groups, groups.resolve("cpu/taken")));
  }

  @Test
  void withoutGroupsNothingIsConfinedAndTheReasonIsTold() throws IOException {
    List<String> command = List.of("java", "-version");
    try (Confinement none = Confinement.of(2, groups, 4)) {
      assertThat(none.share()).isEqualTo(1);
      assertThat(none.executor(2, command)).isEqualTo(command);
      assertThat(none.other(command)).isEqualTo(command);
      assertThat(none.words())
          .startsWith("Executors are not confined, since no control group with a quota")
          .endsWith(" nor the controller cpu (version 2).");
    }
    try (Confinement none = Confinement.of(2, groups, 1)) {
      assertThat(none.words())
          .isEqualTo(
              "Executors are not confined, since there is 1 processor; executors and driver need at least 2.");
    }
  }

  @Test
  void driverAndExecutorsHaveDifferentProcessors() throws IOException {
    Files.createDirectory(groups.resolve("cpu"));
    Files.createFile(groups.resolve("cpu/cpu.cfs_quota_us"));
    Confinement confined = Confinement.of(2, groups, 4);
    assertThat(confined.share()).isEqualTo(Confinement.SHARE);
    assertThat(confined.words())
        .isEqualTo(
            "Each executor has 0.45 of processor 3, in periods of 20 ms; driver and master have the others.");
    assertThat(confined.other(List.of("java")))
        .containsExactly("taskset", "--cpu-list", "0-2", "java");
    assertThat(confined.executor(1, List.of("java"))).contains("3").endsWith("java");
    assertThat(confined.executor(1, List.of("java")).get(3))
        .isNotEqualTo(confined.executor(2, List.of("java")).get(3));
  }

  /** On the kernel itself: a child of the process that joined, too, gets no more. */
  @Test
  void aProcessAndItsChildrenGetTheirShareOfAProcessor() throws Exception {
    try (Confinement confinement = Confinement.of(1)) {
      assumeTrue(confinement.share() < 1, confinement.words());
      long self = ProcessHandle.current().pid();
      double before = ProcessorTimes.endedChildren(self);
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  confinement.executor(
                      1, List.of("sh", "-c", "timeout 2 sh -c 'while :; do :; done'; exit 0")))
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      double wall = (System.nanoTime() - start) / 1e9;
      double share = (ProcessorTimes.endedChildren(self) - before) / wall;
      assertThat(process.exitValue()).isZero();
      // A busy machine may give less.
      assertThat(share).isGreaterThan(0).isLessThan(Confinement.SHARE + 0.06);
    }
  }

  @Test
  void readsWhatTheKernelCounts() {
    assertThat(
            ProcessorTimes.endedChildren(
                "4711 (a) b (c)) S 1 2 3 0 -1 4194560 10 20 30 40 500 600 1250 150 20 0 1"))
        .isCloseTo(14, within(1e-9));
    ProcessorTimes.Machine first =
        ProcessorTimes.Machine.parse("cpu  100 200 300 5000 700 10 20 40 0 0");
    assertThat(first.busy()).isCloseTo(6.3, within(1e-9));
    assertThat(first.stolen()).isCloseTo(0.4, within(1e-9));
    ProcessorTimes.Machine later =
        ProcessorTimes.Machine.parse("cpu  150 200 300 9000 900 10 20 90 0 0");
    assertThat(later.since(first).busy()).isCloseTo(0.5, within(1e-9));
    assertThat(later.since(first).stolen()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void whatARunTookIsReadAsItWasWritten() throws IOException {
    RecordedMachine machine =
        new RecordedMachine(0.45, "Each executor has \"some\".", 100.5, 40, 30.5, 2, 0.5);
    Path file = groups.resolve("machine.conf");
    machine.write(file);
    assertThat(RecordedMachine.read(file))
        .isEqualTo(new RecordedMachine(0.45, "Each executor has 'some'.", 100.5, 40, 30.5, 2, 0.5));
  }
}
