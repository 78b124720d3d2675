package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.lattice.LatticeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("failures")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** What a job reports whose task does something. */
  private static Failure inTask(Function<Integer, Integer> task) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return Failure.of(
        catchThrowable(() -> context.parallelize(List.of(1, 2), 2).map(task).collect()));
  }

  @Test
  void whatOurCodeRefusesInATaskIsAUserError() {
    assertThat(
            inTask(
                i -> {
                  throw new IllegalArgumentException("text:3: not UTF-8");
                }))
        .isEqualTo(new Failure(ExitCode.USER_ERROR, "text:3: not UTF-8"));
    assertThat(
            inTask(
                i -> {
                  throw new UserError("there are no lattices at x");
                }))
        .isEqualTo(new Failure(ExitCode.USER_ERROR, "there are no lattices at x"));
    assertThat(
            inTask(
                i -> {
                  throw new LatticeException("u", "u.slf", 4, "cut off");
                }))
        .isEqualTo(new Failure(ExitCode.USER_ERROR, "u.slf:4: cut off"));
  }

  @Test
  void whatOthersRefuseInATaskIsAnInternalError() {
    Failure failure = inTask(i -> ExitCode.valueOf("NO_SUCH_CODE").code());
    assertThat(failure.exitCode()).isEqualTo(ExitCode.INTERNAL_ERROR);
    assertThat(failure.message())
        .startsWith("internal error: java.lang.IllegalArgumentException: No enum constant ")
        .endsWith(" (run again with --debug for the stack trace)");
    assertThat(inTask(i -> List.of(1).get(i)).exitCode()).isEqualTo(ExitCode.INTERNAL_ERROR);
  }

  @Test
  void theOuterUserErrorSpeaksForItsCause() {
    Throwable thrown =
        new RuntimeException(
            new UserError("cannot read x: broken", new IllegalArgumentException("inner")));
    assertThat(Failure.of(thrown))
        .isEqualTo(new Failure(ExitCode.USER_ERROR, "cannot read x: broken"));
  }

  @Test
  void aMissingFileIsAUserErrorWhereverItIsNoticed(@TempDir Path folder) {
    assertThat(Failure.of(new UncheckedIOException(new NoSuchFileException("/x/y"))))
        .isEqualTo(new Failure(ExitCode.USER_ERROR, "there is no file /x/y"));
    assertThat(Failure.of(new FileNotFoundException("/x/y (No such file or directory)")).exitCode())
        .isEqualTo(ExitCode.USER_ERROR);
    HadoopFolder hadoop = HadoopFolder.at(folder.toString(), new Configuration());
    assertThat(Failure.of(catchThrowable(() -> hadoop.open("none"))))
        .isEqualTo(
            new Failure(ExitCode.USER_ERROR, "there is no file file:" + folder.resolve("none")));
  }

  @Test
  void fullStorageIsToldWithoutStackWhereverItIsNoticed() {
    String goesOn = "; what is done so far is kept, and the same command goes on from there";
    assertThat(Failure.of(new Error(new IOException("No space left on device"))))
        .isEqualTo(
            new Failure(ExitCode.USER_ERROR, "no room to write: No space left on device" + goesOn));
    String quota = "The DiskSpace quota of /full is exceeded: quota = 5 B";
    assertThat(
            inTask(
                i -> {
                  throw new UncheckedIOException(
                      new IOException(
                          "x.RemoteException(y.DSQuotaException): " + quota + "\n\tat"));
                }))
        .isEqualTo(new Failure(ExitCode.USER_ERROR, "no room to write: " + quota + goesOn));
  }

  @Test
  void everythingElseIsInternalAndNamesItsRoot() {
    Throwable thrown = new IllegalStateException("outer", new IOException("disk full"));
    assertThat(Failure.of(thrown))
        .isEqualTo(
            new Failure(
                ExitCode.INTERNAL_ERROR,
                "internal error: java.io.IOException: disk full (run again with --debug for the stack trace)"));
  }
}
