package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordSymbolsTest {
  private static WordSymbols read(String text) throws IOException {
    return WordSymbols.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "words.txt");
  }

  private static String written(WordSymbols symbols) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    symbols.write(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTableMapsBothWays() throws IOException {
    WordSymbols symbols = read("<eps> 0\nyes\t1\r\n\n  d\u00e9j\u00e0   50000000\n#0 7\n");
    assertThat(symbols.size()).isEqualTo(4);
    assertThat(symbols.id("yes")).isEqualTo(1);
    assertThat(symbols.word(1)).isEqualTo("yes");
    assertThat(symbols.id("d\u00e9j\u00e0")).isEqualTo(WordSymbols.LARGEST_ID);
    assertThat(symbols.word(7)).isEqualTo("#0");
    assertThat(symbols.id("maybe")).isEqualTo(-1);
    assertThat(symbols.word(2)).isNull();
    assertThat(symbols.word(-1)).isNull();
    assertThat(symbols.size()).isEqualTo(4);
    assertThat(written(symbols)).isEqualTo("<eps> 0\nyes 1\nd\u00e9j\u00e0 50000000\n#0 7\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "b x ! :2: 'b x' is not a word and its id from 0 to 50000000",
        "b ! :2: 'b' is not a word and its id from 0 to 50000000",
        "b 2 3 ! :2: 'b 2 3' is not a word and its id from 0 to 50000000",
        "b -2 ! :2: 'b -2' is not a word and its id from 0 to 50000000",
        "b 50000001 ! :2: 'b 50000001' is not a word and its id from 0 to 50000000",
        "b 99999999999 ! :2: 'b 99999999999' is not a word and its id from 0 to 50000000",
        "b 1.0 ! :2: 'b 1.0' is not a word and its id from 0 to 50000000",
        "b 1 ! :2: the id 1 stands in line 1 already",
        "a 2 ! :2: the word 'a' stands in the table twice"
      },
      quoteCharacter = '`')
  void aWrongLineIsRefusedWithItsNumber(String line, String reason) {
    assertThatThrownBy(() -> read("a 1\n" + line + "\nc 3\n"))
        .isInstanceOf(LatticeException.class)
        .hasMessage("words.txt" + reason.replace('\'', '"'));
  }

  @Test
  void whatIsNoTableIsRefused() {
    for (String empty : new String[] {"", "\n \n"}) {
      assertThatThrownBy(() -> read(empty))
          .isInstanceOf(LatticeException.class)
          .hasMessageEndingWith(": the symbol table is empty");
    }
    assertThatThrownBy(() -> read("w".repeat((1 << 16) + 1)))
        .isInstanceOf(LatticeException.class)
        .hasMessage("words.txt:1: the line is longer than 65536 bytes");
    byte[] latin = "d\u00e9 1\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> WordSymbols.read(new ByteArrayInputStream(latin), "words.txt"))
        .isInstanceOf(LatticeException.class)
        .hasMessage("words.txt:1: the line is not text in UTF-8");
  }

  @Test
  void aGrowingTableGivesIdsInTheOrderOfWords() throws IOException {
    WordSymbols growing = WordSymbols.growing();
    assertThat(growing.id("b")).isEqualTo(1);
    assertThat(growing.id("a")).isEqualTo(2);
    assertThat(growing.id("b")).isEqualTo(1);
    assertThat(growing.id("<eps>")).isEqualTo(WordSymbols.EPSILON);
    assertThat(growing.word(2)).isEqualTo("a");
    assertThat(written(growing)).isEqualTo("<eps> 0\nb 1\na 2\n");
    WordSymbols again = read(written(growing));
    assertThat(again.id("a")).isEqualTo(2);
    assertThat(again.id("c")).isEqualTo(-1);
  }

  @Test
  void aTableIsShippedToTasks() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(read("<eps> 0\nyes 1\n"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      WordSymbols there = (WordSymbols) in.readObject();
      assertThat(there.word(1)).isEqualTo("yes");
      assertThat(there.id("no")).isEqualTo(-1);
    }
  }
}
