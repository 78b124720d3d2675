package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the schedule script says to wrong command lines, to monitors, and how it finds its parts.
 */
class ScheduleCommandLineTest {
  @TempDir private Path scratch;
  private ScheduledBatch batch;

  @BeforeEach
  void makeBatch() {
    batch = new ScheduledBatch(scratch);
  }

  static Stream<Arguments> wrongCommandLines() {
    return Stream.of(
        wrong("--state is missing; --help shows the command line.", "c.conf"),
        wrong("--state is missing; --help shows the command line.", "--state"),
        wrong("--root is missing; --help shows the command line.", "--state", "s", "c.conf"),
        wrong("--root is missing; --help shows the command line.", "--root=", "--state=s", "c"),
        wrong("the configuration is missing; --help shows the command line.", "--state", "s"),
        wrong(
            "--state holds a line break or another control character; give it a plain name.",
            "--state",
            "a\nb"),
        wrong("--keep is '0'; it must be a whole number from 1 to 999999999.", "--keep", "0"),
        wrong("--keep is '08'; it must be a whole number from 1 to 999999999.", "--keep=08"),
        wrong("--attempts is ''; it must be a whole number from 1 to 999999999.", "--attempts"),
        wrong(
            "There is no option --kep before the configuration; --help shows the command line.",
            "--kep",
            "3"),
        wrong(
            "There is no option -- before the configuration; --help shows the command line.", "--"),
        wrong(
            "--set output=x: the output is chosen here, below --root; leave it out.",
            "--state=s",
            "--root=r",
            "c",
            "--set",
            "output=x"),
        wrong(
            "--set  \"output\" = x: the output is chosen here, below --root; leave it out.",
            "--state=s",
            "--root=r",
            "c",
            "--set= \"output\" = x"),
        wrong(
            "--plan would run nothing; call bitlattice itself for it.",
            "--state=s",
            "--root=r",
            "c",
            "--plan"),
        wrong(
            "--keep stands after the configuration, where options of bitlattice run belong; put it before c.",
            "--state=s",
            "--root=r",
            "c",
            "--keep=3"),
        wrong(
            "--status takes no configuration, and was given c.conf.",
            "--status",
            "--state=s",
            "c.conf"));
  }

  private static Arguments wrong(String sentence, String... arguments) {
    return Arguments.of(sentence, List.of(arguments));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--root=@ --state=S c",
        "--state=S --root R @",
        "--state=S --root R c --set data=@"
      })
  void endsWith2WhenAnAddressHoldsCredentialsAndKeepsNothing(String line) {
    String address = "s3a://KEY:hush@bucket/x";
    List<String> arguments =
        Stream.of(line.split(" "))
            .map(word -> word.replace("@", address).replace("S", scratch + "/s"))
            .map(word -> word.equals("R") ? scratch + "/r" : word)
            .toList();
    String seen =
        Stream.of(line.split(" ")).filter(word -> word.contains("@")).findFirst().orElseThrow();
    assertThat(batch.runScript(arguments))
        .isEqualTo(
            new LauncherRun(
                2,
                "",
                "bitlattice-scheduled: %s holds credentials, which would be written to logs and records; give the address without them, and the credentials as docs/cluster.md says.\n"
                    .formatted(seen.replace("@", "s3a://(hidden)@bucket/x"))));
    assertThat(scratch.resolve("s")).doesNotExist();
    assertThat(scratch.resolve("r")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("wrongCommandLines")
  void endsWith1WhenTheCommandLineIsWrong(String sentence, List<String> arguments) {
    assertThat(batch.runScript(arguments))
        .isEqualTo(new LauncherRun(1, "", "bitlattice-scheduled: " + sentence + "\n"));
    assertThat(ScheduledBatch.list(scratch)).containsExactly("launcher");
  }

  @Test
  void endsWith2WhenAFolderCannotBeMadeOrTheLauncherIsMissing() {
    ScheduledBatch.write(scratch.resolve("file"), "");
    assertThat(batch.start("--root", "file/runs"))
        .isEqualTo(
            new LauncherRun(
                2, "", "bitlattice-scheduled: Cannot make the folder file/runs of --root.\n"));
    List<String> state = List.of("--root", "runs", "--state", "file/state");
    assertThat(batch.runScript(with(state, "c.conf")))
        .isEqualTo(
            new LauncherRun(
                2, "", "bitlattice-scheduled: Cannot make the folder file/state of --state.\n"));
    List<String> launcher = List.of("--root=runs", "--state=state", "--bitlattice=none");
    assertThat(batch.runScript(with(launcher, "c.conf")))
        .isEqualTo(
            new LauncherRun(
                2,
                "",
                "bitlattice-scheduled: There is no launcher none; give its path by --bitlattice.\n"));
  }

  @Test
  void printsHelpWithAnExampleThatRuns() throws Exception {
    LauncherRun help = batch.runScript(List.of("--help"));
    assertThat(help.exitCode()).isZero();
    assertThat(help.errors()).isEmpty();
    String example = help.output().substring(help.output().indexOf("Example:\n") + 9);
    assertThat(ScheduledExamples.run(example, batch, scratch)).isZero();
    assertThat(batch.launcherArguments()).contains("seed=1").endsWith("--", "--master", "local[4]");
  }

  @Test
  void tellsMonitorsHowTheLastRunWent() {
    assertThat(batch.status())
        .isEqualTo(
            new LauncherRun(
                3, "bitlattice UNKNOWN: there is no run in %s\n".formatted(batch.state), ""));
    batch.behave("2").start();
    LauncherRun failed = batch.status("--max-age", "1");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.output())
        .isEqualTo(
            "bitlattice WARNING: run %s failed; none is done yet, the first one began 0 h ago\n%s"
                .formatted(batch.run().getFileName(), batch.statusFile()));
    batch.behave("done").start();
    LauncherRun done = batch.status("--max-age", "1");
    assertThat(done.exitCode()).isZero();
    assertThat(done.output())
        .isEqualTo(
            "bitlattice OK: run %s done; the last one that is done ended 0 h ago\n%s"
                .formatted(batch.run().getFileName(), batch.statusFile()));
  }

  @Test
  void isCriticalWhenTheLastSuccessIsTooOld() {
    batch.start();
    Path run = batch.run();
    String record = ScheduledBatch.read(batch.record(run));
    long ended = Long.parseLong(record.replaceAll("(?s).*ended-seconds=(\\d+)\n.*", "$1"));
    String older = record.replace("ended-seconds=" + ended, "ended-seconds=" + (ended - 7300));
    ScheduledBatch.write(batch.record(run), older);
    assertThat(batch.status("--max-age", "3").exitCode()).isZero();
    batch.behave("2").start();
    LauncherRun critical = batch.status("--max-age", "2");
    assertThat(critical.exitCode()).isEqualTo(2);
    assertThat(critical.output())
        .startsWith("bitlattice CRITICAL: run ")
        .contains(" failed; the last one that is done ended 2 h ago\n");
  }

  @Test
  void findsTheLauncherOfTheDistributionAndGivesItsExitCode() {
    LauncherRun run =
        batch.runScript(with(List.of("--root", "runs", "--state", "state"), "no such.conf"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("no such.conf");
    assertThat(batch.run()).isDirectoryContaining(file -> file.endsWith("scheduled-run"));
  }

  @Test
  void findsTheLauncherOfACheckoutAlsoThroughALink() throws IOException {
    Path scripts = scratch.resolve("check out/submit-scripts");
    Path script = scripts.resolve("schedule/bitlattice-scheduled");
    Path sources = Distribution.CHECKOUT.resolve("submit-scripts/schedule");
    Files.createDirectories(script.resolveSibling("lib"));
    Files.copy(sources.resolve("bitlattice-scheduled"), script);
    for (String part : ScheduledBatch.list(sources.resolve("lib"))) {
      Files.copy(sources.resolve("lib").resolve(part), script.resolveSibling("lib").resolve(part));
    }
    Files.copy(scratch.resolve("launcher/bitlattice"), scripts.resolve("bitlattice"));
    ScheduledBatch.write(scripts.resolve("behaviour"), "done");
    Path link = Files.createSymbolicLink(scratch.resolve("link"), script);
    LauncherRun run = LauncherRun.script(link).in(scratch).run("--root=r", "--state=s", "c.conf");
    assertThat(run).isEqualTo(new LauncherRun(0, "", ""));
    assertThat(scripts.resolve("arguments")).exists();
  }

  private static List<String> with(List<String> options, String configuration) {
    List<String> all = new ArrayList<>(options);
    all.add(configuration);
    return all;
  }
}
