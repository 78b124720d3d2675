package org.bitlattice.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StageRecordTest {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final StageInputs INPUTS =
      inputs(
          7,
          Map.of("a.b", "1", "a.text", "\"two \\\"words\\\" ä\""),
          Map.of("text", "0123456789abcdef"));

  private static StageInputs inputs(
      long seed, Map<String, String> settings, Map<String, String> digests) {
    return new StageInputs("train", seed, new TreeMap<>(settings), new TreeMap<>(digests));
  }

  private static StageRecord record() {
    return new StageRecord(
        INPUTS, "1.2.3", "abc1234", new TreeMap<>(Map.of("rounds", 3.0, "nats", 0.125)), 61.5);
  }

  /** The example of FIPS 180-2. */
  @Test
  void digestIsSha256InHexadecimal() throws IOException {
    assertThat(Digest.of("abc")).isEqualTo(ABC);
    byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
    assertThat(Digest.of(new ByteArrayInputStream(bytes))).isEqualTo(ABC);
    byte[] large = "ä".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertThat(Digest.of(new ByteArrayInputStream(large)))
        .isEqualTo(Digest.of("ä".repeat(100_000)));
  }

  @Test
  void everyPartOfTheInputsChangesTheirDigest() {
    assertThat(INPUTS.digest())
        .hasSize(64)
        .isEqualTo(inputs(7, INPUTS.settings(), INPUTS.digests()).digest());
    assertThat(INPUTS.digest())
        .isNotEqualTo(inputs(8, INPUTS.settings(), INPUTS.digests()).digest())
        .isNotEqualTo(inputs(7, Map.of(), INPUTS.digests()).digest())
        .isNotEqualTo(inputs(7, INPUTS.settings(), Map.of()).digest())
        .isNotEqualTo(new StageInputs("other", 7, INPUTS.settings(), INPUTS.digests()).digest());
    assertThat(INPUTS.settingsDigest())
        .isEqualTo(inputs(8, INPUTS.settings(), Map.of()).settingsDigest());
  }

  @Test
  void differencesNameEveryKeyWithBothValues() {
    StageInputs now =
        inputs(
            8,
            Map.of("a.b", "2", "new", "x"),
            Map.of("text", "fedcba9876543210", "lattices", "00"));
    assertThat(now.differencesFrom(INPUTS))
        .containsExactly(
            "seed: was 7, now 8",
            "a.b: was 1, now 2",
            "a.text: was \"two \\\"words\\\" ä\", now absent",
            "new: was absent, now x",
            "input lattices: was absent, now 00",
            "input text: was 0123456789ab, now fedcba987654");
    assertThat(INPUTS.differencesFrom(inputs(7, INPUTS.settings(), INPUTS.digests()))).isEmpty();
  }

  @Test
  void aRecordReadBackIsTheSame() {
    StageRecord read = StageRecord.fromJson(record().toJson(), "stage.json");
    assertThat(read).isEqualTo(record());
    assertThat(read.toJson()).isEqualTo(record().toJson());
  }

  @Test
  void theJsonHoldsWhatAReaderLooksFor() {
    assertThat(record().toJson())
        .contains("\"stage\" : \"train\"", "\"seed\" : 7", "\"version\" : \"1.2.3\"")
        .contains("\"digest\" : \"" + INPUTS.digest() + "\"", "\"seconds\" : 61.5")
        .contains("\"settings-digest\" : \"" + INPUTS.settingsDigest() + "\"");
  }

  @Test
  void aRecordChangedByHandIsRefused() {
    String changed = record().toJson().replace("\"a.b\" : \"1\"", "\"a.b\" : \"2\"");
    assertThat(changed).isNotEqualTo(record().toJson());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StageRecord.fromJson(changed, "out/stage.json"))
        .withMessage(
            "out/stage.json: the digest does not fit the record's content; the file was changed by hand or damaged");
  }

  @Test
  void whatIsNoRecordIsRefused() {
    String cut = record().toJson().substring(0, 100);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StageRecord.fromJson(cut, "out/stage.json"))
        .withMessageStartingWith("out/stage.json is not a stage record: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StageRecord.fromJson("{}", "out/stage.json"))
        .withMessageStartingWith("out/stage.json is not a stage record: ");
  }
}
