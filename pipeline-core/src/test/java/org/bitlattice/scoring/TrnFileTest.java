package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrnFileTest {
  private static TrnFile read(String text) throws IOException {
    return TrnFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "hyp.trn");
  }

  @Test
  void readsUtterancesWithAndWithoutWordsInOrder() throws IOException {
    TrnFile file = read(";; a comment\n\nwe  met\tthem (m_2)\r\n(m_1)\nnaïve (m_3)");
    assertThat(file.utterances())
        .containsExactly(
            new Utterance("m_2", List.of("we", "met", "them")),
            new Utterance("m_1", List.of()),
            new Utterance("m_3", List.of("naïve")));
  }

  @Property(tries = 200)
  void writingAndReadingGivesTheSame(@ForAll("utterances") List<Utterance> utterances)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrnFile.of(utterances, "x").write(out);
    assertThat(TrnFile.read(new ByteArrayInputStream(out.toByteArray()), "x").utterances())
        .containsExactlyElementsOf(utterances);
  }

  @Provide
  Arbitrary<List<Utterance>> utterances() {
    Arbitrary<String> words =
        Arbitraries.of("a", "it's", "über", "東京", "a)", "(b", "/", "<unk>", "\u00a0");
    return words
        .list()
        .ofMaxSize(5)
        .list()
        .ofMaxSize(5)
        .map(
            sentences ->
                IntStream.range(0, sentences.size())
                    .mapToObj(i -> new Utterance("u" + i, sentences.get(i)))
                    .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a b|hyp.trn:2: the line ends with \"b\"; a transcript line is: word word ..."
            + " (utterance-id)",
        "a ()|hyp.trn:2: the line ends with \"()\"; a transcript line is: word word ..."
            + " (utterance-id)",
        "c (u1)|hyp.trn:2: utterance u1 stands in line 1 already; an utterance has one transcript",
        "{ a / b } (u2)|hyp.trn:2: utterance u2: \"{\" belongs to an alternation { a / b }, which"
            + " is not supported; write one of its choices",
        "a @ (u2)|hyp.trn:2: utterance u2: \"@\" is the null word of alternations, which are not"
            + " supported; leave it out",
        "a (uh) (u2)|hyp.trn:2: utterance u2: \"(uh)\" is an optionally deletable word, which is"
            + " not supported; write it without parentheses or leave it out"
      })
  void badLinesAreRefusedWithTheirPlace(String line, String message) {
    assertThatThrownBy(() -> read("a (u1)\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirLine() {
    byte[] latin1 = "ok (u1)\nna\u00efve (u2)\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> TrnFile.read(new ByteArrayInputStream(latin1), "hyp.trn"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hyp.trn:2: the line is not UTF-8; transcripts are UTF-8 text");
  }

  @Test
  void aByteOrderMarkIsRefused() {
    assertThatThrownBy(() -> read("\ufeffa (u1)\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "hyp.trn:1: the file starts with a byte order mark; save it as UTF-8 without one");
  }

  @Test
  void systemsWithMissingUtterancesAreNotScored() throws IOException {
    TrnFile reference =
        TrnFile.of(
            List.of(new Utterance("u1", List.of()), new Utterance("u2", List.of())), "ref.trn");
    TrnFile hypothesis = read("a (u1)\n");
    assertThatThrownBy(() -> ScoredTranscript.of(reference, hypothesis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "hyp.trn lacks 1 of the 2 utterances of ref.trn: u2; reference and hypothesis hold the"
                + " same ones");
  }
}
