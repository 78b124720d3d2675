package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.LatticeSource;
import org.bitlattice.lattice.LinkWords;
import org.bitlattice.lattice.LocalLatticeFiles;
import org.bitlattice.lattice.OracleErrors;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.PosteriorPruning;
import org.bitlattice.lattice.ReadSettings;
import org.bitlattice.lattice.WordLabels;
import org.bitlattice.lattice.WordSymbols;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Kaldi lattices of 600 AMI utterances (synthesised speech), pruned and expanded. */
@Tag("real-data")
class AmiExpansionTest {
  private static final PathScales DECODER = new PathScales(1, 8, Math.log(0.65));
  private static final int REFERENCE_WORDS = 6947;

  /** Histories that the network evaluates for the 100-best lists of the same utterances. */
  private static final int CONTEXTS_OF_100_BEST = 255_764;

  /** Oracle WER of those lists, by the data's description. */
  private static final double ORACLE_OF_100_BEST = 23.0;

  private static Path folder;
  private static Vocabulary vocabulary;
  private static TrnFile references;
  private static List<Lattice> lattices;

  @BeforeAll
  static void readLattices() throws IOException {
    folder = Path.of(System.getProperty("bitlattice.data", "../../shared/data"), "ami");
    assumeTrue(Files.isDirectory(folder), "real data absent: " + folder);
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    words.addAll(Files.readAllLines(folder.resolve("lm/vocab.txt")));
    vocabulary = Vocabulary.of(words, "vocab.txt");
    try (InputStream in = Files.newInputStream(folder.resolve("references/dev.ref.trn"))) {
      references = TrnFile.read(in, "dev.ref.trn");
    }
    WordSymbols symbols;
    try (InputStream in = Files.newInputStream(folder.resolve("lattices/words.txt"))) {
      symbols = WordSymbols.read(in, "words.txt");
    }
    ReadSettings settings =
        new ReadSettings(WordLabels.DEFAULT, null, DECODER, LinkWords.END).withWords(symbols);
    LatticeLocation location =
        LatticeLocation.parse("ark:" + folder.resolve("lattices/dev.kaldi.ark"));
    lattices = new ArrayList<>();
    LatticeSource.open(location, new LocalLatticeFiles(), settings)
        .readAll(entry -> lattices.add(entry.orThrow()));
  }

  private static ArpaModel model(String name) throws IOException {
    Path file = folder.resolve("lm/ami." + name + ".arpa.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return ArpaModel.read(in, name, vocabulary);
    }
  }

  private static Lattice pruned(Lattice lattice, double beam) {
    return PosteriorPruning.of(lattice, DECODER.relativeToLanguage(), beam);
  }

  private static ScoredLattice scored(
      ExpandedLattice lattice, ArpaModel ngram, float[] firstPassLn) {
    float[] ngramLn = lattice.ngramScores(ngram::logProbability, ngram.order());
    return new ScoredLattice(
        lattice, new ScoredLattice.Models(Scored.NONE, ngramLn, firstPassLn), Scored.NGRAM);
  }

  /** Lattice mode asks less of the network than the lists, and leaves better paths to be found. */
  @ParameterizedTest
  @CsvSource({"3, 8, 0.54, 13.6", "4, 6, 0.51, 17.3", "5, 5, 0.47, 20.1", "5, 4, 0.20, 23.2"})
  void fewHistoriesOfPrunedLatticesHoldBetterPathsThanTheLists(
      int order, double beam, double share, double oracleWer) {
    assertThat(lattices).hasSize(600);
    List<ExpandedLattice> expanded = new ArrayList<>();
    long oracle = 0;
    for (Lattice lattice : lattices) {
      Lattice pruned = pruned(lattice, beam);
      expanded.add(LatticeExpansion.of(pruned, DECODER, order, vocabulary));
      oracle += OracleErrors.of(pruned, references.words(lattice.utterance())).errors();
    }
    HistoryForest forest = HistoryForest.of(expanded);
    double contexts = (double) forest.contexts() / CONTEXTS_OF_100_BEST;
    assertThat(contexts).isCloseTo(share, within(0.03));
    double wer = 100.0 * oracle / REFERENCE_WORDS;
    assertThat(wer).isCloseTo(oracleWer, within(0.05)).isLessThan(ORACLE_OF_100_BEST + 0.2);
  }

  @Test
  void theFourGramIsExactOnTheBestPathsOfItsOrder() throws IOException {
    ArpaModel fourGram = model("4g");
    for (Lattice lattice : lattices) {
      ExpandedLattice expanded =
          LatticeExpansion.of(pruned(lattice, 5), DECODER, fourGram.order(), vocabulary);
      LatticePath best =
          scored(expanded, fourGram, Scored.NONE).best(new ScoreWeights(1, 12, 0, 2));
      double sentence =
          Arrays.stream(fourGram.logProbabilities(vocabulary.ids(best.words()))).sum();
      assertThat(best.lmLn()).isCloseTo(sentence, within(1e-4));
    }
  }

  /** The graph scores are the first pass's 2-gram, so μ = 0 with any residual is the first pass. */
  @Test
  void theFirstPassModelWithItsResidualFindsTheFirstPassBestPaths() throws IOException {
    ArpaModel twoGram = model("2g");
    ScoreWeights weights =
        new ScoreWeights(DECODER.acoustic(), DECODER.language(), 0, DECODER.wordInsertion());
    for (Lattice lattice : lattices) {
      ExpandedLattice expanded = LatticeExpansion.of(pruned(lattice, 4), DECODER, 4, vocabulary);
      float[] firstPass = expanded.ngramScores(twoGram::logProbability, twoGram.order());
      LatticePath found = scored(expanded, twoGram, firstPass).best(weights);
      LatticePath best = BestPath.of(lattice, DECODER);
      assertThat(found.words()).isEqualTo(best.words());
      assertThat(found.total()).isCloseTo(best.total() - DECODER.wordInsertion(), within(1e-2));
    }
  }
}
