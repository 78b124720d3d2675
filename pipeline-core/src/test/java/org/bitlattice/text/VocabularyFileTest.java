package org.bitlattice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyFileTest {
  private static Vocabulary read(String text) throws IOException {
    return VocabularyFile.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "v.txt");
  }

  @Test
  void writesOneWordALineAndReadsItBack() throws IOException {
    Vocabulary vocabulary = Vocabulary.of(List.of("</s>", "<unk>", "über", "ǿ"), "test");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VocabularyFile.write(out, vocabulary);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).isEqualTo("</s>\n<unk>\nüber\nǿ\n");
    assertThat(read(text).words()).isEqualTo(vocabulary.words());
  }

  /** The digest is that of {@code printf '</s>\\n<unk>\\na\\n' | sha256sum}. */
  @Test
  void theDigestIsThatOfTheFile() {
    assertThat(VocabularyFile.sha256(Vocabulary.of(List.of("</s>", "<unk>", "a"), "test")))
        .isEqualTo("58eb5b3b201307829309f883112f10dc1dcae79b90f3025bf5ffa1cda4f57960");
  }

  @Test
  void takesCarriageReturnsAndAMissingLastLineEnd() throws IOException {
    assertThat(read("</s>\r\n<unk>\r\na").words()).containsExactly("</s>", "<unk>", "a");
  }

  @Test
  void namesFileAndLineOfBadLines() {
    assertThatThrownBy(() -> read("</s>\n<unk>\n\na\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("v.txt:3: \"\" is not a word");
    assertThatThrownBy(() -> read("</s>\n<unk>\na\n</s>\n")).hasMessageStartingWith("v.txt:4:");
    byte[] latin = "</s>\n<unk>\n\u00fc\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> VocabularyFile.read(new ByteArrayInputStream(latin), "v.txt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("v.txt:3: the line is not valid UTF-8");
  }
}
