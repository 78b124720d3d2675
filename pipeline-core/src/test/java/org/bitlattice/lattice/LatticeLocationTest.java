package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatticeLocationTest {
  private static final String ALLOWED =
      "allowed are ark:FILE, ark,t:FILE, scp:FILE, htk:FILE-OR-FOLDER, nbest:FILE, and paths that end in "
          + ".ark, .scp, .slf, .lat, .tar, .tgz, .tsv (each also .gz) or /";

  @ParameterizedTest
  @CsvSource({
    "ark:a.x, KALDI_ARCHIVE, a.x",
    "'ark,t:a.txt', KALDI_TEXT, a.txt",
    "scp:hdfs://h:9/a.scp, KALDI_SCRIPT, hdfs://h:9/a.scp",
    "ark:hdfs://h:9000, KALDI_ARCHIVE, hdfs://h:9000",
    "ark:s3a://bucket/2026:11/a.ark, KALDI_ARCHIVE, s3a://bucket/2026:11/a.ark",
    "htk:lattices, HTK, lattices",
    "htk:a.x, HTK, a.x",
    "nbest:a, N_BEST, a",
    "'  nbest:a ', N_BEST, a",
    "d/a.ark.gz, KALDI_ARCHIVE, d/a.ark.gz",
    "a.b/c.ARK, KALDI_ARCHIVE, a.b/c.ARK",
    "hdfs://h:9/a.scp, KALDI_SCRIPT, hdfs://h:9/a.scp",
    "a.slf, HTK, a.slf",
    "a.lat.gz, HTK, a.lat.gz",
    "a.tar, HTK, a.tar",
    "a.slf.tar.gz, HTK, a.slf.tar.gz",
    "a.tgz, HTK, a.tgz",
    "some/folder, HTK, some/folder",
    "some.day/folder, HTK, some.day/folder",
    "some/folder/, HTK, some/folder/",
    "a.nbest.tsv.gz, N_BEST, a.nbest.tsv.gz"
  })
  void locationsAreReadAsWritten(String written, LatticeLocation.Kind kind, String path) {
    assertThat(LatticeLocation.parse(written)).isEqualTo(new LatticeLocation(kind, path));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPrintedReadsBack(LatticeLocation.Kind kind) {
    LatticeLocation location = new LatticeLocation(kind, "d/x.tsv");
    assertThat(LatticeLocation.parse(location.toString())).isEqualTo(location);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ark: ; \"ark:\": the path is missing",
        "ark,t: ; \"ark,t:\": the path is missing",
        "'' ; \"\": the path is missing",
        "ark:- ; \"ark:-\": reading from or writing to a pipe of the shell is not supported: name a file",
        "- ; \"-\": reading from or writing to a pipe of the shell is not supported: name a file",
        "ark:gunzip -c a.gz | ; \"ark:gunzip -c a.gz |\": commands in place of a file are not supported, and never run: name a file",
        "ark,t:| gzip -c > a ; \"ark,t:| gzip -c > a\": commands in place of a file are not supported, and never run: name a file",
        "ark:a.ark:17 ; \"ark:a.ark:17\": a place within an archive belongs into a script file (scp:)",
        "ark:lat.1:17 ; \"ark:lat.1:17\": a place within an archive belongs into a script file (scp:)",
        "ark:hdfs://h:9/lat.1:17 ; \"ark:hdfs://h:9/lat.1:17\": a place within an archive belongs into a script file (scp:)"
      })
  void whatIsNotSupportedIsRefusedByName(String written, String message) {
    assertThatThrownBy(() -> LatticeLocation.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ark,s,cs:a.ark",
        "ark,b:a.ark",
        "scp,p:a.scp",
        "t,ark:a.ark",
        "ark,scp:a.ark,a.scp"
      })
  void optionsOfKaldiAreRefusedByName(String written) {
    assertThatThrownBy(() -> LatticeLocation.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"%s\": the options of this Kaldi specifier are not supported; %s", written, ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.zip", "a.txt", "a.txt.gz", "d/.hidden", "a.slf.bz2"})
  void anUnknownFormatIsRefusedWithWhatIsAllowed(String written) {
    assertThatThrownBy(() -> LatticeLocation.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"%s\": the format of the lattices cannot be told; %s", written, ALLOWED);
  }

  @Test
  void onlyKaldisFormatsNeedASymbolTable() {
    assertThat(LatticeLocation.parse("a.ark").kind().needsWords()).isTrue();
    assertThat(LatticeLocation.parse("ark,t:a").kind().needsWords()).isTrue();
    assertThat(LatticeLocation.parse("a.scp").kind().needsWords()).isTrue();
    assertThat(LatticeLocation.parse("a.slf").kind().needsWords()).isFalse();
    assertThat(LatticeLocation.parse("a.tsv").kind().needsWords()).isFalse();
  }
}
