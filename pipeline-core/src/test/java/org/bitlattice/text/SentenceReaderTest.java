package org.bitlattice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentenceReaderTest {
  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Sentence> read(String text, LineFormat format) {
    return SentenceReader.readAll(stream(text), "a.txt", format);
  }

  @Test
  void splitsWordsAtAnyWhiteSpaceAndKeepsLineNumbers() {
    assertThat(read("a  b\tc\r\n\n  \r\n ü ß\u00a0d", LineFormat.WORDS))
        .containsExactly(
            new Sentence(1, "", List.of("a", "b", "c")),
            new Sentence(4, "", List.of("ü", "ß\u00a0d")));
  }

  @Test
  void takesTheFirstFieldAsTheIdOnlyWhereTheFormatSaysSo() {
    assertThat(read("u1 yes no\nu2\nu3 no\n", LineFormat.ID_AND_WORDS))
        .containsExactly(
            new Sentence(1, "u1", List.of("yes", "no")), new Sentence(3, "u3", List.of("no")));
    assertThat(read("u1 yes\n", LineFormat.WORDS).get(0).words()).containsExactly("u1", "yes");
  }

  @Test
  void countsLinesWithoutWords() {
    SentenceReader reader = new SentenceReader(stream("\na\n \n\n"), "a.txt", LineFormat.WORDS);
    assertThat(reader).toIterable().hasSize(1);
    assertThat(reader.emptyLines()).isEqualTo(3);
  }

  @Test
  void dropsAByteOrderMarkAtTheStartOnly() {
    assertThat(read("\uFEFFa\n\uFEFFb\n", LineFormat.WORDS))
        .extracting(s -> s.words().get(0))
        .containsExactly("a", "\uFEFFb");
  }

  @Test
  void refusesBytesThatAreNotUtf8WithFileAndLine() {
    byte[] latin1 = "gut\nschön\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SentenceReader.readAll(new ByteArrayInputStream(latin1), "a.txt", LineFormat.WORDS))
        .withMessage("a.txt:2: byte 0xF6 in column 4 is not valid UTF-8; text must be UTF-8");
  }

  @Test
  void refusesATruncatedCharacterAtTheEndOfALine() {
    byte[] bytes = {'a', (byte) 0xC3, '\n', 'b'};
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SentenceReader.readAll(new ByteArrayInputStream(bytes), "a.txt", LineFormat.WORDS))
        .withMessageStartingWith("a.txt:1: byte 0xC3 in column 2 ");
  }

  @Test
  void refusesBoundaryWordsInRunningText() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("a\n<s> b </s>\n", LineFormat.WORDS))
        .withMessage(
            "a.txt:2: the word <s> marks a sentence boundary and cannot stand in running text,"
                + " where every line is one sentence");
  }

  @Test
  void readsAWordListWithoutItsSpecialWords() {
    assertThat(WordList.read(stream("b\n<unk>\na\n<s>\n</s>\n'em"), "v.txt"))
        .containsExactly("b", "a", "'em");
  }

  @Test
  void refusesLinesThatAreNotOneNewWord() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WordList.read(stream("a\nb c\n"), "v.txt"))
        .withMessage("v.txt:2: the line holds 2 words; a word list has exactly one word a line");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WordList.read(stream("a\n\nb\n"), "v.txt"))
        .withMessage("v.txt:2: the line holds 0 words; a word list has exactly one word a line");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WordList.read(stream("a\nb\na\n"), "v.txt"))
        .withMessage(
            "v.txt:3: the word \"a\" stands in line 1 already; a word list names every word once");
  }
}
