package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScpFileTest {
  private static List<ScpFile.Entry> read(String text) throws IOException {
    return ScpFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "x.scp");
  }

  @Test
  void aLineNamesAnUtteranceAndAPlace() throws IOException {
    assertThat(
            read("a d/x.ark:17\n\nb d:e/y.ark\r\nc\t  hdfs://host:9000/z.ark:0\nd my file.ark:5"))
        .containsExactly(
            new ScpFile.Entry("a", "d/x.ark", 17, 1),
            new ScpFile.Entry("b", "d:e/y.ark", 0, 3),
            new ScpFile.Entry("c", "hdfs://host:9000/z.ark", 0, 4),
            new ScpFile.Entry("d", "my file.ark", 5, 5));
    assertThat(read("a x.ark:999999999999999999"))
        .element(0)
        .extracting(ScpFile.Entry::offset)
        .isEqualTo(999_999_999_999_999_999L);
    assertThat(read("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "a ! 'a' is not an utterance and its file",
        "a gunzip -c x.gz | ! 'gunzip -c x.gz |' is a command; commands are not supported, and never run",
        "a | touch y ! '| touch y' is a command; commands are not supported, and never run",
        "a x.ark:7[0:3] ! 'x.ark:7[0:3]' has a range; ranges cut matrices, a lattice is read whole",
        "a x.ark:7[0:3,1:2] ! 'x.ark:7[0:3,1:2]' has a range; ranges cut matrices, a lattice is read whole",
        "a x.ark:-1 ! 'x.ark:-1' ends with the offset -1: offsets are bytes from 0 on, of at most 18 digits",
        "a x.ark:9999999999999999999 ! 'x.ark:9999999999999999999' ends with the offset 9999999999999999999: offsets are bytes from 0 on, of at most 18 digits"
      },
      quoteCharacter = '`')
  void aLineThatCannotBeUsedIsRefusedWithItsNumber(String line, String reason) {
    assertThatThrownBy(() -> read("ok x.ark:3\n" + line + "\n"))
        .isInstanceOf(LatticeException.class)
        .hasMessage("x.scp:2: " + reason.replace('\'', '"'));
  }

  @Test
  void aLineIsBoundedAndText() {
    assertThatThrownBy(() -> read("a " + "x".repeat(1 << 16)))
        .isInstanceOf(LatticeException.class)
        .hasMessage("x.scp:1: the line is longer than 65536 bytes");
    byte[] latin = "a \u00e9.ark\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ScpFile.read(new ByteArrayInputStream(latin), "x.scp"))
        .isInstanceOf(LatticeException.class)
        .hasMessage("x.scp:1: the line is not text in UTF-8");
  }
}
