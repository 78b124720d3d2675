package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.bitlattice.lattice.LatticePath;
import org.junit.jupiter.api.Test;

class ScoredLatticeTest {
  private static final float IMPOSSIBLE = Float.NEGATIVE_INFINITY;

  /** One chain of words, of which the tree's nodes stand in order. */
  private static ScoredLattice chain(double acousticLn, float[] network, float[] ngram) {
    int words = Math.max(network.length, ngram.length) - 1;
    LatticePath path = new LatticePath(Collections.nCopies(words, "a"), acousticLn, -7, 0);
    ExpandedLattice lattice = LatticeExpansion.ofNBest("u", List.of(path), Scored.VOCABULARY);
    return new ScoredLattice(
        lattice, new ScoredLattice.Models(network, ngram, Scored.NONE), Scored.NGRAM);
  }

  private static double lm(ScoredLattice chain, double share) {
    return chain.best(new ScoreWeights(0, 1, share, 0)).lmLn();
  }

  @Property(tries = 300)
  void scoreIsTheFormulaWithPlainProbabilities(
      @ForAll @Size(5) List<@FloatRange(min = -20, max = 0) Float> network,
      @ForAll @Size(5) List<@FloatRange(min = -20, max = 0) Float> ngram,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0, max = 20) double scale,
      @ForAll @DoubleRange(min = -5, max = 5) double insertion) {
    double expected = 0.1 * -1234.5;
    float[] first = new float[5];
    float[] second = new float[5];
    for (int i = 0; i < 5; i++) {
      first[i] = network.get(i);
      second[i] = ngram.get(i);
      expected += scale * Math.log(share * Math.exp(first[i]) + (1 - share) * Math.exp(second[i]));
      expected += i < 4 ? insertion : 0;
    }
    LatticePath best =
        chain(-1234.5, first, second).best(new ScoreWeights(0.1, scale, share, insertion));
    assertThat(best.total()).isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void tinyProbabilitiesDoNotUnderflow() {
    float[] network = {-2000, -3000};
    float[] ngram = {-2001, IMPOSSIBLE};
    assertThat(lm(chain(0, network, ngram), 0.5))
        .isCloseTo(-5000 + Math.log(0.5) + Math.log(0.5 * (1 + Math.exp(-1))), within(1e-9));
  }

  @Test
  void aModelWithoutShareIsNotLookedAt() {
    float[] network = {-1, -2};
    float[] ngram = {IMPOSSIBLE, -3};
    assertThat(lm(chain(0, network, ngram), 1)).isEqualTo(-3);
    assertThat(lm(chain(0, network, ngram), 0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(lm(chain(0, network, Scored.NONE), 1)).isEqualTo(-3);
    assertThat(lm(chain(0, Scored.NONE, new float[] {-4, -3}), 0)).isEqualTo(-7);
  }

  @Test
  void bothModelsImpossibleIsImpossibleUnlessTheyDoNotCount() {
    float[] impossible = {IMPOSSIBLE};
    ScoredLattice chain = chain(-5, impossible, impossible);
    assertThat(lm(chain, 0.3)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(chain.best(new ScoreWeights(1, 0, 0.3, 0)).total()).isEqualTo(-5);
  }

  @Test
  void aMissingModelWithShareIsRefused() {
    ScoredLattice withoutNetwork = chain(0, Scored.NONE, new float[] {-4, -3});
    assertThatThrownBy(() -> withoutNetwork.best(new ScoreWeights(1, 1, 0.5, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("utterance u has no network scores, which the interpolation weight 0.5 needs");
  }

  @Test
  void scoresOfAWrongNumberOrValueAreRefused() {
    assertThatThrownBy(() -> chain(0, new float[2], new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("utterance u has 2 network scores; its history tree has 3 nodes");
    assertThatThrownBy(() -> chain(0, new float[] {0, Float.NaN}, new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("utterance u has the network score NaN; scores are natural logarithms");
  }

  @Test
  void weightsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new ScoreWeights(1, 8, 1.1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the interpolation weight is 1.1; it has to be a number in [0, 1]");
    assertThatThrownBy(() -> new ScoreWeights(1, Double.NaN, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the language scale weight is NaN; it has to be a number in [0, ∞)");
  }

  @Test
  void equalScoresGoToTheEarlierHypothesis() {
    ScoredLattice list =
        new Scored("u")
            .with(-3, List.of("a"), -1, 0)
            .with(-2, List.of("b"), -1, 0)
            .with(-1, List.of("c"), -2, 0)
            .byNetwork();
    assertThat(list.best(new ScoreWeights(1, 1, 1, 0)).words()).containsExactly("b");
    ScoredLattice impossible =
        new Scored("u")
            .with(0, List.of("a"), IMPOSSIBLE, 0)
            .with(0, List.of("b"), IMPOSSIBLE, 0)
            .byNetwork();
    assertThat(impossible.best(new ScoreWeights(1, 1, 1, 0)).words()).containsExactly("a");
  }

  @Test
  void theLatticesOwnScoreIsInterpolatedInTheLogarithmicDomain() {
    LatticePath path = new LatticePath(List.of("a", "b"), -100, -7, 0);
    ExpandedLattice lattice = LatticeExpansion.ofNBest("u", List.of(path), Scored.VOCABULARY);
    ScoredLattice scored =
        new ScoredLattice(
            lattice,
            new ScoredLattice.Models(new float[] {-1, -2, -4}, Scored.NONE, Scored.NONE),
            new Interpolation(Interpolation.Kind.LATTICE, 1));
    assertThat(lm(scored, 0.25)).isEqualTo(0.25 * -7 + 0.75 * -7);
    assertThat(lm(scored, 1)).isEqualTo(-7);
    assertThat(lm(scored, 0)).isEqualTo(-7);
    ScoredLattice other =
        new ScoredLattice(
            lattice,
            new ScoredLattice.Models(new float[] {-1, -2, -8}, Scored.NONE, Scored.NONE),
            new Interpolation(Interpolation.Kind.LATTICE, 1));
    assertThat(lm(other, 0.5)).isEqualTo(0.5 * -11 + 0.5 * -7);
  }

  @Test
  void theResidualIsWhatTheFirstPassModelDoesNotExplain() {
    LatticePath path = new LatticePath(List.of("a", "b"), -100, -7, 0);
    ExpandedLattice lattice = LatticeExpansion.ofNBest("u", List.of(path), Scored.VOCABULARY);
    ScoredLattice.Models models =
        new ScoredLattice.Models(
            new float[] {-1, -2, -4}, new float[] {-3, -3, -3}, new float[] {-2, -2, -1});
    ScoredLattice scored =
        new ScoredLattice(lattice, models, new Interpolation(Interpolation.Kind.NGRAM, 0.5));
    assertThat(lm(scored, 1)).isEqualTo(-7 + 0.5 * (-7 + 5));
    assertThat(lm(scored, 0)).isEqualTo(-9 + 0.5 * (-7 + 5));
  }
}
