package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.bitlattice.lattice.NBestTsv;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The 100-best lists of 600 AMI utterances (synthesised speech) rescored with a 4-gram alone. */
@Tag("real-data")
class AmiRescoringTest {
  /** Word errors of the ami4 reference system, by sclite: 35.48 %. */
  private static final long AMI4_ERRORS = 2465;

  private static Path folder;
  private static NBestTree tree;
  private static List<ScoredUtterance> scored;
  private static WeightSearch search;

  @BeforeAll
  static void scoreTheLists() throws IOException {
    folder = Path.of(System.getProperty("bitlattice.data", "../../shared/data"), "ami");
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    words.addAll(Files.readAllLines(folder.resolve("lm/vocab.txt")));
    Vocabulary vocabulary = Vocabulary.of(words, "vocab.txt");
    try (InputStream lists = gunzip("lattices/dev.nbest.tsv.gz");
        InputStream arpa = gunzip("lm/ami.4g.arpa.gz")) {
      tree = NBestTree.of(lists(lists), vocabulary);
      scored = tree.scoredBy(ArpaModel.read(arpa, "ami.4g", vocabulary)::logProbabilities);
    }
    search = WeightSearch.over(scored, trn("ref"));
  }

  private static InputStream gunzip(String name) throws IOException {
    return new GZIPInputStream(Files.newInputStream(folder.resolve(name)));
  }

  private static List<NBestList> lists(InputStream in) throws IOException {
    List<NBestList> lists = new ArrayList<>();
    NBestTsv.forEach(
        in,
        "dev.nbest.tsv",
        u ->
            lists.add(
                new NBestList(
                    u.name(),
                    u.paths().stream()
                        .map(p -> new Hypothesis(p.words(), p.acousticLn(), p.lmLn()))
                        .toList())));
    return lists;
  }

  private static TrnFile trn(String system) {
    Path file = folder.resolve("references/dev." + system + ".trn");
    try (InputStream in = Files.newInputStream(file)) {
      return TrnFile.read(in, file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  @Test
  void tunedFourGramIsAsGoodAsTheReferenceSystemAndBetterThanTheFirstPass() {
    TunedWeights tuned = search.search(WeightGrid.DEFAULT.withInterpolation(0));
    assertThat(tuned.errors().referenceWords()).isEqualTo(6947);
    assertThat(tuned.errors().errors()).isLessThanOrEqualTo(AMI4_ERRORS + 10);
    assertThat(tuned.atLimit()).isEmpty();
    List<Utterance> best = scored.stream().map(u -> u.transcript(tuned.weights())).toList();
    ScoredTranscript ours = ScoredTranscript.of(trn("ref"), TrnFile.of(best, "ours"));
    ScoredTranscript firstPass = ScoredTranscript.of(trn("ref"), trn("firstpass"));
    MapssweResult gain = Mapsswe.compare(firstPass, ours);
    assertThat(ours.errors()).isEqualTo(tuned.errors());
    assertThat(gain.meanDifference()).isPositive();
    assertThat(gain.significant()).isTrue();
  }

  /** Oracle: prefixes counted by a script of its own, without merging unknown words. */
  @Test
  void aWordNodeOfTheForestStandsForMoreThanThreePaddedPositions() {
    TreeSharing sharing = tree.sharing();
    assertThat(sharing.paddedPositions()).isEqualTo(836_098);
    assertThat(sharing.wordNodes()).isBetween(255_763L - 50, 255_763L);
    assertThat(sharing.paddedPositionsPerWordNode()).isCloseTo(3.27, within(0.005));
  }

  @Test
  void mixingAModelWithItselfChangesNothing() {
    List<ScoredUtterance> both =
        scored.stream()
            .limit(100)
            .map(
                u ->
                    new ScoredUtterance(
                        u.utterance(),
                        u.hypotheses().stream().map(AmiRescoringTest::doubled).toList()))
            .toList();
    WeightSearch search = WeightSearch.over(both, trn("ref"));
    for (double share : new double[] {0.25, 0.5, 1}) {
      assertThat(search.errors(new ScoreWeights(1, 9, share, -0.5)))
          .isEqualTo(search.errors(new ScoreWeights(1, 9, 0, -0.5)));
    }
  }

  private static ScoredHypothesis doubled(ScoredHypothesis scored) {
    return new ScoredHypothesis(scored.hypothesis(), scored.ngramLn(), scored.ngramLn());
  }
}
