package org.bitlattice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RowWordsTest {
  private static RowWords read(String text) {
    return RowWords.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "words.txt");
  }

  private static void assertRefused(String text, String sentence) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void aWordALineHasTheRowOfItsLine() {
    assertThat(read("<eos>\nüber\r\n7\n#0").words()).containsExactly("<eos>", "über", "7", "#0");
  }

  @Test
  void aWordAndItsRowMayStandInAnyOrder() {
    assertThat(read("b 2\n<eps> 0\n7\t1\n").words()).containsExactly("<eps>", "7", "b");
  }

  @Test
  void allLinesHaveTheFormOfTheFirst() {
    String rule = "; every line holds a word, or every line a word and its row, counted from 0";
    assertRefused("a\nb 1\n", "words.txt:2: the line has 2 fields" + rule);
    assertRefused("a 0\nb\n", "words.txt:2: the line has 1 fields" + rule);
    assertRefused("a\n\nb\n", "words.txt:2: the line has 0 fields" + rule);
    assertRefused("a 0 x\n", "words.txt:1: the line has 3 fields" + rule);
  }

  @Test
  void rowsAreNumbersWithoutGapsAndEachOnce() {
    assertRefused(
        "a 0\nb x\n",
        "words.txt:2: the row of \"b\" is \"x\"; rows are whole numbers from 0 to 100000000");
    assertRefused(
        "a 0\nb -1\n",
        "words.txt:2: the row of \"b\" is \"-1\"; rows are whole numbers from 0 to 100000000");
    assertRefused(
        "a 99999999999999999999\n",
        "words.txt:1: the row of \"a\" is \"99999999999999999999\"; rows are whole numbers from 0 to 100000000");
    assertRefused(
        "a 0\nb 1\nc 3\n",
        "words.txt: no word has the row 2, though there are 3 words; rows are 0, 1, 2 … without gaps");
    assertRefused(
        "a 0\nb 1\nc 1\n", "words.txt:3: the row 1 of \"c\" belongs to \"b\" in line 2 already");
  }

  @Test
  void aWordHasOneRow() {
    assertRefused(
        "a\nb\na\n",
        "words.txt:3: the word \"a\" stands in line 1 already; every word has one row");
  }
}
