package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: the figures of NIST SCTK 2.4.10 for the AMI transcripts. */
@Tag("real-data")
class AmiScoringTest {
  private static final Pattern PATH = Pattern.compile("<PATH id=\"\\((.*?)\\)\".*");
  private static final Pattern STEP =
      Pattern.compile("([CSDI]),(?:\"(.*?)\")?,(?:\"(.*?)\")?(?::|$)");

  @ParameterizedTest
  @ValueSource(strings = {"dev", "eval", "evalmore"})
  void countsEqualSclite(String set) {
    List<String[]> rows = AmiReferences.rows(set + ".sclite.tsv");
    assertThat(rows).isNotEmpty();
    for (String[] row : rows) {
      ScoredTranscript scored = AmiReferences.scored(set, row[0]);
      WordErrors errors = scored.errors();
      assertThat(
              List.of(
                  (long) scored.sentences(),
                  errors.referenceWords(),
                  errors.correct(),
                  errors.substitutions(),
                  errors.deletions(),
                  errors.insertions(),
                  errors.errors(),
                  (long) scored.sentenceErrors()))
          .as(set + " " + row[0])
          .isEqualTo(Arrays.stream(row).skip(1).map(Long::valueOf).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"dev, firstpass", "dev, mix4", "eval, firstpass", "eval, mix4"})
  void alignmentsEqualScliteWordByWord(String set, String system) {
    Map<String, String> expected = new LinkedHashMap<>();
    List<String> lines = AmiReferences.lines(set + "." + system + ".sclite-alignment.sgml.gz");
    for (int i = 0; i < lines.size(); i++) {
      Matcher path = PATH.matcher(lines.get(i));
      if (path.matches()) {
        expected.put(path.group(1), steps(lines.get(i + 1)));
      }
    }
    assertThat(expected).hasSize(600);
    TrnFile reference = AmiReferences.trn(set, "ref");
    TrnFile hypothesis = AmiReferences.trn(set, system);
    ScoredTranscript.of(reference, hypothesis)
        .alignments()
        .forEach(
            (id, alignment) ->
                assertThat(steps(alignment, reference.words(id), hypothesis.words(id)))
                    .as(id)
                    .isEqualTo(expected.get(id.toLowerCase(Locale.ROOT))));
  }

  private static String steps(String line) {
    List<String> steps = new ArrayList<>();
    for (Matcher m = STEP.matcher(line); m.find(); ) {
      steps.add(
          m.group(1)
              + " "
              + (m.group(2) == null ? "" : m.group(2))
              + "/"
              + (m.group(3) == null ? "" : m.group(3)));
    }
    return String.join("\n", steps);
  }

  private static String steps(
      Alignment alignment, List<String> reference, List<String> hypothesis) {
    List<String> steps = new ArrayList<>();
    int i = 0;
    int j = 0;
    for (AlignmentStep step : alignment.steps()) {
      String first = step.takesReference() ? reference.get(i++) : "";
      String second = step.takesHypothesis() ? hypothesis.get(j++) : "";
      steps.add(
          step.name().charAt(0)
              + " "
              + first.toLowerCase(Locale.ROOT)
              + "/"
              + second.toLowerCase(Locale.ROOT));
    }
    return String.join("\n", steps);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "eval", "evalmore"})
  void mapssweEqualsScStatsForEveryPair(String set) {
    Map<String, ScoredTranscript> systems = new LinkedHashMap<>();
    for (String[] row : AmiReferences.rows(set + ".mapsswe.tsv")) {
      ScoredTranscript a = systems.computeIfAbsent(row[0], s -> AmiReferences.scored(set, s));
      ScoredTranscript b = systems.computeIfAbsent(row[1], s -> AmiReferences.scored(set, s));
      MapssweResult result = Mapsswe.compare(a, b);
      assertThat(
              "%d %.3f %.3f %.3f %.3f %s"
                  .formatted(
                      result.segments(),
                      (double) result.segments() / a.sentences(),
                      result.meanDifference(),
                      result.standardDeviation(),
                      result.z(),
                      result.significant() ? "Yes" : "No"))
          .as(set + " " + row[0] + " " + row[1])
          .isEqualTo(String.join(" ", List.of(row).subList(2, 8)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dev, firstpass, ami2, 0.711",
    "dev, firstpass, ami3, 0.001",
    "dev, ami3, ami4, 0.555",
    "dev, ami3, mix4, 0.023",
    "dev, ami4, mix4, 0.040",
    "eval, firstpass, ami2, 0.142",
    "eval, firstpass, ami3, 0.005",
    "eval, ami2, ami3, 0.032",
    "eval, ami2, ami4, 0.005",
    "eval, ami3, ami4, 0.294",
    "eval, ami3, mix4, 0.008",
    "eval, ami4, mix4, 0.036"
  })
  void probabilitiesEqualScStatsOnceItsTruncatedZIsUsed(
      String set, String first, String second, double expected) {
    MapssweResult result =
        Mapsswe.compare(AmiReferences.scored(set, first), AmiReferences.scored(set, second));
    double truncated = Math.floor(Math.abs(result.z()) * 100) / 100;
    assertThat(NormalDistribution.twoTailed(truncated)).isCloseTo(expected, within(0.0011));
    assertThat(result.p()).isLessThanOrEqualTo(NormalDistribution.twoTailed(truncated));
  }

  @Test
  void probabilityBelongsToTheExactZ() {
    MapssweResult result =
        Mapsswe.compare(
            AmiReferences.scored("dev", "firstpass"), AmiReferences.scored("dev", "ami2"));
    assertThat(result.p()).isCloseTo(0.704, within(0.0005));
  }

  @Test
  void smallestDetectableDifferenceOfDevIsAboutHalfAPercent() {
    ScoredTranscript ami4 = AmiReferences.scored("dev", "ami4");
    MapssweResult result = Mapsswe.compare(AmiReferences.scored("dev", "ami3"), ami4);
    WerIncrease increase = WerIncrease.of(result, ami4.errors().referenceWords());
    assertThat(increase.percent()).isCloseTo(100.0 * (2476 - 2465) / 6947, within(1e-12));
    assertThat(increase.smallestDetectable()).isCloseTo(0.52, within(0.01));
    assertThat(increase.losslessWithin(0.3)).isFalse();
  }
}
