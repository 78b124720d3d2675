package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A path with a password or key is refused wherever it is given, and what is secret not repeated.
 */
class CredentialsTest {
  private static final String SECRET = "Hu/sh+1234";
  private static final String ADDRESS = "s3a://AKIAXYZ:" + SECRET + "@bucket/x";
  private static final String SAFE = "s3a://(hidden)@bucket/x";

  @TempDir private Path folder;

  private static String sentence(String seen) {
    return "bitlattice: %s holds credentials, which would be written to logs and records; give the address without them, and the credentials as docs/cluster.md says\n"
        .formatted(seen);
  }

  private void assertNothingHoldsTheSecret(CommandRun run) throws IOException {
    assertThat(run.out() + run.err()).doesNotContain(SECRET, "AKIAXYZ");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().startsWith("given")) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain(SECRET);
        }
      }
    }
  }

  /** {@code @} stands for the address. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run @",
        "train @ --plan",
        "run x.conf --set output=@",
        "run x.conf --set data=@",
        "run x.conf --set lattices.sets.dev.path=scp:@",
        "run x.conf --set=corpus.train=@",
        "sample @",
        "perplexity --model @ --text t",
        "compress @ --text t --ratio 9 --out o",
        "compress m --text t --ratio 9 --out @",
        "perplexity --model m --text @",
        "perplexity --model m --text t --versus=@",
        "wer --ref @ --hyp h",
        "wer --ref r --hyp @",
        "wer --ref r --hyp h --versus @",
        "wer --ref r --hyp h --alignments @",
        "lattice info ark:@",
        "lattice info @ --words w",
        "lattice info ark:a --words @",
        "lattice convert htk:a ark,t:@ --write-words w",
        "lattice convert htk:a ark:b --write-words @",
        "lattice best-path htk:a @",
        "lattice best-path htk:a b --costs @",
        "lattice nbest htk:a @",
        "lattice oracle htk:a --ref @",
        "compare a @",
        "model info @",
        "@",
        "run --frob @",
      })
  void everyPathOfACommandLineIsLookedAtFirst(String line) throws IOException {
    String[] arguments =
        Stream.of(line.split(" ")).map(word -> word.replace("@", ADDRESS)).toArray(String[]::new);
    String seen =
        Stream.of(line.split(" ")).filter(word -> word.contains("@")).findFirst().orElseThrow();
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.err()).isEqualTo(sentence(seen.replace("@", SAFE)));
    assertThat(run.exitCode()).isEqualTo(2);
    assertNothingHoldsTheSecret(run);
  }

  private CommandRun run(String line) throws IOException {
    Path file = folder.resolve("given.conf");
    Files.writeString(
        file,
        """
        output = "%1$s/out"
        corpus { train = "%1$s/t", dev = "%1$s/t", eval = "%1$s/t" }
        systems.fp32.method = full-precision
        ngram.arpa = "%1$s/t"
        lattices.sets.dev { path = "%1$s/t.slf", references = "%1$s/t" }
        """
                .formatted(folder)
            + line);
    Files.writeString(folder.resolve("t"), "a b\n");
    CommandRun run = CommandRun.of("run", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertNothingHoldsTheSecret(run);
    assertThat(folder.resolve("out")).doesNotExist();
    return run;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data",
        "output",
        "corpus.train",
        "corpus.dev",
        "corpus.eval",
        "corpus.vocabulary-file",
        "ngram.arpa",
        "rescoring.first-pass-arpa",
        "lattices.sets.dev.path",
        "lattices.sets.dev.references",
        "lattices.sets.dev.words",
      })
  void everyPathOfAConfigurationIsRefused(String key) throws IOException {
    assertThat(run("%s = \"%s\"".formatted(key, ADDRESS)).err())
        .isEqualTo(
            """
            bitlattice: %1$s: 1 setting is wrong
              %2$s is "%3$s", an address with credentials; allowed: an address without them (docs/cluster.md says where they belong) (%1$s: 6)
            """
                .formatted(folder.resolve("given.conf"), key, SAFE));
  }

  @Test
  void anAddressThatIsPutTogetherOrStandsInANoteIsRefusedToo() throws IOException {
    CommandRun run =
        run(
            """
            data = "s3a://AKIAXYZ:"
            output = ${data}"%s@bucket/x"
            report.notes = [one, "see %s"]
            """
                .formatted(SECRET, ADDRESS));
    assertThat(run.err())
        .contains(": 2 settings are wrong\n", "\n  output is \"%s\", ".formatted(SAFE))
        .contains("\n  report.notes is \"[one, see %s]\", ".formatted(SAFE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "output = \"@\" training",
        "output = @",
        "\"@\" = 3",
        "\"@\" {",
        "training.epochs = \"@\" , training { { \"@\"",
      })
  void whatIsNoConfigurationIsRefusedWithoutTheSecret(String line) throws IOException {
    assertThat(run(line.replace("@", ADDRESS)).err()).contains(": 1 setting is wrong\n  ");
  }

  /** Paths also stand in files: a Kaldi script names archives. */
  @Test
  void anArchiveThatAScriptFileNamesIsRefused() throws IOException {
    Path script =
        Files.writeString(folder.resolve("given.scp"), "u1 %s.ark:17\n".formatted(ADDRESS));
    Path words = Files.writeString(folder.resolve("words.txt"), "<eps> 0\na 1\n");
    CommandRun run =
        run("lattices.sets.dev { path = \"scp:%s\", words = \"%s\" }".formatted(script, words));
    assertThat(run.err()).isEqualTo(sentence(SAFE + ".ark"));
    CommandRun info = CommandRun.of("lattice", "info", "scp:" + script, "--words", "" + words);
    assertThat(info.exitCode()).isEqualTo(2);
    assertThat(info.err()).endsWith(sentence(SAFE + ".ark"));
    assertNothingHoldsTheSecret(info);
  }

  @Test
  void aFileOfArgumentsIsNoWayRound() throws IOException {
    Path file = Files.writeString(folder.resolve("given.args"), "run\n\"%s\"".formatted(ADDRESS));
    CommandRun run = CommandRun.of("@" + file);
    assertThat(run.err()).isEqualTo(sentence(SAFE));
    Files.writeString(file, "run x.conf --frob=%s".formatted(ADDRESS));
    CommandRun wrong = CommandRun.of("@" + file);
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("Unknown option: '--frob=%s'".formatted(SAFE));
    assertNothingHoldsTheSecret(wrong);
  }

  /** Every relative path gets the address of the default file system. */
  @Test
  void theDefaultFileSystemIsLookedAtToo() throws IOException {
    String key = "spark.hadoop.fs.defaultFS";
    System.setProperty(key, "hdfs://me:%s@host:8020".formatted("hush"));
    try {
      for (List<String> line :
          List.of(
              List.of("run", "x.conf"),
              List.of("compare", "a", "b"),
              List.of("model", "info", "m"))) {
        CommandRun run = CommandRun.of(line.toArray(String[]::new));
        assertThat(run.err()).isEqualTo(sentence("hdfs://(hidden)@host:8020"));
        assertThat(run.exitCode()).isEqualTo(2);
      }
    } finally {
      System.clearProperty(key);
    }
  }

  /** A secret that was meant for spark-submit and came to us. */
  @Test
  void theValueOfAKeyThatNamesASecretIsNotRepeated() throws IOException {
    CommandRun run = CommandRun.of("run", given(), "--set", "fs.s3a.secret.key=" + SECRET);
    assertThat(run.err())
        .contains("fs.s3a.secret.key is not a setting; ", "(--set fs.s3a.secret.key: 1)");
    assertNothingHoldsTheSecret(run);
    CommandRun odd = CommandRun.of("run", given(), "--set", "fs..secret.key=" + SECRET);
    assertThat(odd.err()).contains("\n  --set fs..secret.key cannot be read\n");
    assertNothingHoldsTheSecret(odd);
  }

  private String given() throws IOException {
    return Files.writeString(folder.resolve("given.conf"), "").toString();
  }
}
