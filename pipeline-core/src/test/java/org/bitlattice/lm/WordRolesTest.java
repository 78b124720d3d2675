package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bitlattice.text.RowWords;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.Test;

class WordRolesTest {
  /** As Kaldi's recipes write it, with symbols that stand for no word. */
  private static final RowWords KALDI =
      new RowWords(List.of("<eps>", "a", "<unk>", "b", "#0", "<s>", "</s>"), "words.txt");

  private static void assertRefused(WordRoles roles, String sentence) {
    assertThatThrownBy(() -> roles.assign(KALDI))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void boundaryAndUnknownWordComeFirstAndTheOthersKeepTheirOrder() {
    WordRoles.Assigned assigned = new WordRoles("</s>", "<s>", "<unk>", Set.of("#0")).assign(KALDI);
    assertThat(assigned.vocabulary().words()).containsExactly("</s>", "<unk>", "<eps>", "a", "b");
    assertThat(assigned.rows().input()).containsExactly(5, 2, 0, 1, 3);
    assertThat(assigned.rows().output()).containsExactly(6, 2, 0, 1, 3);
  }

  @Test
  void anyWordCanBeTheBoundary() {
    WordRoles.Assigned assigned =
        new WordRoles("<s>", "<s>", "<unk>", Set.of("</s>", "<eps>", "#0")).assign(KALDI);
    assertThat(assigned.vocabulary().words()).containsExactly("</s>", "<unk>", "a", "b");
    assertThat(assigned.rows().input()).containsExactly(5, 2, 1, 3);
    assertThat(assigned.rows().output()).containsExactly(5, 2, 1, 3);
  }

  @Test
  void aRoleNeedsAWordOfTheList() {
    assertRefused(
        new WordRoles("<eos>", "<eos>", "<unk>", Set.of()),
        "words.txt: the boundary word \"<eos>\" is not in the list; --boundary names one of its words (those in brackets: <eps> <unk> #0 <s> </s>)");
    assertRefused(
        new WordRoles("</s>", "</s>", "UNK", Set.of()),
        "words.txt: the unknown word \"UNK\" is not in the list; --unknown names one of its words (those in brackets: <eps> <unk> #0 <s> </s>)");
    assertRefused(
        new WordRoles("</s>", "<bos>", "<unk>", Set.of()),
        "words.txt: the word that starts a sentence \"<bos>\" is not in the list; --start names one of its words (those in brackets: <eps> <unk> #0 <s> </s>)");
    assertRefused(
        new WordRoles("</s>", "<s>", "<unk>", Set.of("#1")),
        "words.txt: the word \"#1\" is not in the list; --drop names one of its words (those in brackets: <eps> <unk> #0 <s> </s>)");
  }

  @Test
  void aWordHasOneRole() {
    assertRefused(
        new WordRoles("</s>", "<s>", "<s>", Set.of()),
        "words.txt: \"<s>\" cannot be the unknown word and mark sentences too");
    assertRefused(
        new WordRoles("</s>", "<s>", "<unk>", Set.of("</s>")),
        "words.txt: \"</s>\" cannot be dropped: it is the boundary, start or unknown word");
  }

  @Test
  void aSecondBoundaryWordMustBeDecidedOn() {
    assertRefused(
        new WordRoles("</s>", "</s>", "<unk>", Set.of()),
        "words.txt: \"<s>\" is in the list and has no role; it is the word that ends sentences (--boundary), begins them (--start) or stands for others (--unknown), or it never stood in the training text and can leave the model (--drop)");
  }

  @Test
  void theSameWordsInAnotherOrderHaveTheSameRows() {
    Vocabulary from = Vocabulary.of(List.of("</s>", "<unk>", "a", "b", "c"), "from");
    Vocabulary to = Vocabulary.of(List.of("c", "<unk>", "b", "</s>", "a"), "to");
    WordRows rows = WordRows.between(from, to);
    assertThat(rows.input()).containsExactly(4, 1, 3, 0, 2);
    assertThat(Arrays.equals(rows.input(), rows.output())).isTrue();
    assertThatThrownBy(
            () -> WordRows.between(from, Vocabulary.of(List.of("</s>", "<unk>", "d"), "")))
        .hasMessage("the model has no word \"d\", which the vocabulary has");
    assertThatThrownBy(
            () -> WordRows.between(from, Vocabulary.of(List.of("</s>", "<unk>", "b"), "")))
        .hasMessage("the vocabulary has no word \"a\", which the model has");
  }
}
