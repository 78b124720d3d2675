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
  private static List<ScoredLattice> scored;
  private static long paddedPositions;

  @BeforeAll
  static void scoreTheLists() throws IOException {
    folder = Path.of(System.getProperty("bitlattice.data", "../../shared/data"), "ami");
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    words.addAll(Files.readAllLines(folder.resolve("lm/vocab.txt")));
    Vocabulary vocabulary = Vocabulary.of(words, "vocab.txt");
    scored = new ArrayList<>();
    try (InputStream lists = gunzip("lattices/dev.nbest.tsv.gz");
        InputStream arpa = gunzip("lm/ami.4g.arpa.gz")) {
      ArpaModel model = ArpaModel.read(arpa, "ami.4g", vocabulary);
      NBestTsv.forEach(lists, "dev.nbest.tsv", list -> scored.add(scored(list, vocabulary, model)));
    }
  }

  private static ScoredLattice scored(
      NBestTsv.Utterance list, Vocabulary vocabulary, ArpaModel model) {
    int longest = list.paths().stream().mapToInt(path -> path.words().size()).max().orElseThrow();
    paddedPositions += (long) list.paths().size() * (longest + 1);
    ExpandedLattice lattice = LatticeExpansion.ofNBest(list.name(), list.paths(), vocabulary);
    float[] ngram = lattice.ngramScores(model::logProbability, model.order());
    return new ScoredLattice(
        lattice, new ScoredLattice.Models(Scored.NONE, ngram, Scored.NONE), Scored.NGRAM);
  }

  private static InputStream gunzip(String name) throws IOException {
    return new GZIPInputStream(Files.newInputStream(folder.resolve(name)));
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
    WeightGrid grid =
        new WeightGrid(
            1, new SearchRange(4, 20, 1), SearchRange.only(0), new SearchRange(-6, 10, 1), 2);
    TunedWeights tuned =
        WeightSearch.search(grid, points -> ErrorCounts.of(scored, trn("ref"), points));
    assertThat(tuned.errors()).isLessThanOrEqualTo(AMI4_ERRORS + 10);
    assertThat(tuned.atLimit()).isEmpty();
    List<Utterance> best =
        scored.stream()
            .map(l -> new Utterance(l.utterance(), l.best(tuned.weights()).words()))
            .toList();
    ScoredTranscript ours = ScoredTranscript.of(trn("ref"), TrnFile.of(best, "ours"));
    ScoredTranscript firstPass = ScoredTranscript.of(trn("ref"), trn("firstpass"));
    MapssweResult gain = Mapsswe.compare(firstPass, ours);
    assertThat(ours.errors().referenceWords()).isEqualTo(6947);
    assertThat(ours.errors().errors()).isEqualTo(tuned.errors());
    assertThat(gain.meanDifference()).isPositive();
    assertThat(gain.significant()).isTrue();
  }

  /** Oracle: prefixes counted by a script of its own, without merging unknown words. */
  @Test
  void aContextOfTheForestStandsForMoreThanThreePaddedPositions() {
    List<ExpandedLattice> lattices = scored.stream().map(ScoredLattice::lattice).toList();
    HistoryForest forest = HistoryForest.of(lattices);
    assertThat(paddedPositions).isEqualTo(836_098);
    // One context is the beginning of all sentences; every word node is followed by something.
    assertThat(forest.contexts() - 1).isBetween(255_763 - 50, 255_763);
    assertThat((double) paddedPositions / forest.contexts()).isCloseTo(3.27, within(0.005));
  }

  @Test
  void mixingAModelWithItselfChangesNothing() {
    List<ScoredLattice> both = scored.stream().limit(100).map(AmiRescoringTest::doubled).toList();
    List<ScoreWeights> points =
        List.of(
            new ScoreWeights(1, 9, 0, -0.5),
            new ScoreWeights(1, 9, 0.25, -0.5),
            new ScoreWeights(1, 9, 0.5, -0.5),
            new ScoreWeights(1, 9, 1, -0.5));
    long[] errors = ErrorCounts.of(both, trn("ref"), points);
    assertThat(errors).containsOnly(errors[0]);
  }

  private static ScoredLattice doubled(ScoredLattice scored) {
    float[] same = scored.models().ngramLn();
    return new ScoredLattice(
        scored.lattice(), new ScoredLattice.Models(same, same, Scored.NONE), Scored.NGRAM);
  }
}
