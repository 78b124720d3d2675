package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lattice commands against what Kaldi found in the same lattices. */
@Tag("real-data")
class AmiLatticeCommandTest {
  /** Kaldi's table has six significant digits. */
  private static final double ROUNDING = 1e-3;

  @TempDir Path folder;

  private Path data;
  private Path ami;
  private String words;

  @BeforeEach
  void realData() {
    data = Path.of(System.getProperty("bitlattice.data", "../../shared/data"));
    assumeTrue(Files.isDirectory(data), "real data absent: " + data);
    ami = data.resolve("ami");
    words = ami.resolve("lattices/words.txt").toString();
  }

  private static CommandRun done(String... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private CommandRun oracle(String lattices, String set, String... options) {
    String ref = ami.resolve("references/%s.ref.trn".formatted(set)).toString();
    return done(
        Stream.concat(Stream.of("lattice", "oracle", lattices, "--ref", ref), Stream.of(options))
            .toArray(String[]::new));
  }

  private static Map<String, List<String>> rows(Stream<String> lines) {
    Map<String, List<String>> rows = new HashMap<>();
    lines.skip(1).map(line -> line.split("\t", -1)).forEach(r -> rows.put(r[0], List.of(r)));
    return rows;
  }

  private Map<String, List<String>> kaldisBestPaths(String set) throws IOException {
    Path table = ami.resolve("expected/%s.kaldi-bestpath.lmwt10.tsv.gz".formatted(set));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(table)), StandardCharsets.UTF_8))) {
      return rows(lines.lines());
    }
  }

  private void assertBestPathsOfKaldi(Path costs, Map<String, List<String>> expected)
      throws IOException {
    Map<String, List<String>> found = rows(Files.lines(costs));
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (utterance, row) -> {
          List<String> ours = found.get(utterance);
          assertThat(ours.get(4)).isEqualTo(row.get(4));
          for (int column = 1; column <= 3; column++) {
            assertThat(Double.parseDouble(ours.get(column)))
                .as(utterance)
                .isCloseTo(Double.parseDouble(row.get(column)), within(ROUNDING));
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "dev, dev.kaldi.ark, 11.06",
    "eval, eval.kaldi.txt.gz, 9.69",
    "evalmore, evalmore.kaldi.txt.gz, 10.49"
  })
  void bestPathsAndOracleAreThoseOfKaldi(String set, String archive, String oracle)
      throws IOException {
    String lattices = "ark:" + ami.resolve("lattices/" + archive);
    Path best = folder.resolve("best.txt");
    Path costs = folder.resolve("costs.tsv");
    String[] arguments = {
      "lattice",
      "best-path",
      lattices,
      best.toString(),
      "--words",
      words,
      "--acoustic-scale",
      "0.1",
      "--costs",
      costs.toString()
    };
    done(arguments);
    Map<String, List<String>> expected = kaldisBestPaths(set);
    assertBestPathsOfKaldi(costs, expected);
    assertThat(Files.readAllLines(best))
        .hasSameSizeAs(expected.keySet())
        .allSatisfy(
            line -> {
              String utterance = line.split(" ")[0];
              assertThat(line)
                  .isEqualTo((utterance + " " + expected.get(utterance).get(4)).strip());
            });
    assertThat(oracle(lattices, set, "--words", words).out())
        .endsWith(", WER %s %%\n".formatted(oracle));
  }

  @Test
  void theWayThroughHtkKeepsBestPathAndOracle() throws IOException {
    String kaldi = "ark:" + ami.resolve("lattices/dev.kaldi.ark");
    String slf = "htk:" + folder.resolve("slf");
    String back = "ark:" + folder.resolve("back.ark");
    String table = folder.resolve("words.txt").toString();
    Path costs = folder.resolve("costs.tsv");
    done("lattice", "convert", kaldi, slf, "--words", words, "--acoustic-scale", "0.1");
    try (Stream<Path> files = Files.list(folder.resolve("slf"))) {
      assertThat(files).hasSize(600).allMatch(file -> file.toString().endsWith(".slf"));
    }
    done("lattice", "convert", slf, back, "--write-words", table);

    String[] ofBack = {"--words", table, "--acoustic-scale", "0.1", "--costs", costs.toString()};
    done(
        Stream.concat(Stream.of("lattice", "best-path", back), Stream.of(ofBack))
            .toArray(String[]::new));
    assertBestPathsOfKaldi(costs, kaldisBestPaths("dev"));
    String before = oracle(kaldi, "dev", "--words", words).out();
    assertThat(oracle(slf, "dev").out()).isEqualTo(before);
    assertThat(oracle(back, "dev", "--words", table).out()).isEqualTo(before);
  }

  @Test
  void kaldisArchivesAreCopiedToTheByte() throws IOException {
    for (String name : List.of("ami/lattices/dev.kaldi.ark", "formats/kgraph/lat.1")) {
      Path original = data.resolve(name);
      Path text = folder.resolve("text");
      Path back = folder.resolve("back");
      done("lattice", "convert", "ark:" + original, "ark,t:" + text);
      done("lattice", "convert", "ark:" + original, "ark:" + back);
      assertThat(back).hasSameBinaryContentAs(original);
      done("lattice", "convert", "ark:" + text, "ark:" + back);
      done("lattice", "convert", "ark:" + back, "ark,t:" + folder.resolve("again"));
      assertThat(folder.resolve("again")).hasSameBinaryContentAs(text);
    }
  }

  /** The lattices come without a symbol table, so that every id is made its own word. */
  @Test
  void bestPathsOverTransitionIdsAreThoseOfKaldi() throws IOException {
    Path kgraph = data.resolve("formats/kgraph");
    String ids =
        IntStream.rangeClosed(1, 200_000)
            .mapToObj(id -> id + " " + id)
            .collect(Collectors.joining("\n", "<eps> 0\n", "\n"));
    Path table = Files.writeString(folder.resolve("ids.txt"), ids);
    CommandRun run =
        done(
            "lattice",
            "best-path",
            "ark:" + kgraph.resolve("lat.1"),
            "--words",
            table.toString(),
            "--acoustic-scale",
            "0.1");
    assertThat(run.out().lines())
        .containsExactlyElementsOf(
            Files.readAllLines(kgraph.resolve("bestpath_acwt0.1.tra")).stream()
                .map(String::strip)
                .toList());
  }
}
