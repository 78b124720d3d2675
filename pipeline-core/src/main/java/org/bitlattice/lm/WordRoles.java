package org.bitlattice.lm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitlattice.text.RowWords;
import org.bitlattice.text.Vocabulary;

/**
 * Which words of a model from elsewhere mark sentences. Here one boundary word, {@code </s>}, is
 * predicted at the end of a sentence and is the first context of the next one. Where a model begins
 * sentences with another word than it ends them with, that word's embedding becomes the boundary's
 * embedding, the end's output row the boundary's output row, and nothing else of the two words
 * stays. Words that leave the model take their share of the soft-max with them: the others'
 * probabilities grow by 1 / (1 − P(left out)).
 *
 * @param boundary the word that ends a sentence; it becomes {@value Vocabulary#DEFAULT_BOUNDARY}
 * @param start the word before the first one of a sentence; mostly the boundary word too
 * @param unknown the word for all others; it becomes {@value Vocabulary#DEFAULT_UNKNOWN}
 * @param dropped words that leave the model
 */
public record WordRoles(String boundary, String start, String unknown, Set<String> dropped) {
  private static final String START = "<s>";

  /** Names that an ordinary word cannot have. */
  private static final Set<String> RESERVED =
      Set.of(START, Vocabulary.DEFAULT_BOUNDARY, Vocabulary.DEFAULT_UNKNOWN);

  /** Words in angle brackets that a message lists at most. */
  private static final int MOST_LISTED = 8;

  public WordRoles {
    dropped = Set.copyOf(dropped);
  }

  /**
   * The words of a model in our order, and where they stood.
   *
   * @param vocabulary boundary, unknown word, then the others in the order of their rows
   * @param rows their rows in the model
   */
  public record Assigned(Vocabulary vocabulary, WordRows rows) {}

  /** Whether sentences begin with another word than they end with. */
  public boolean separateStart() {
    return !start.equals(boundary);
  }

  /**
   * Assigns the roles in a model's words.
   *
   * @throws IllegalArgumentException naming the list and the word when a role's word is missing or
   *     has two roles, or when a word is left over that no ordinary word can be
   */
  public Assigned assign(RowWords list) {
    Map<String, Integer> rows = new HashMap<>();
    for (int row = 0; row < list.words().size(); row++) {
      rows.put(list.words().get(row), row);
    }
    requireWord(list, rows, "boundary word", boundary, "--boundary");
    requireWord(list, rows, "word that starts a sentence", start, "--start");
    requireWord(list, rows, "unknown word", unknown, "--unknown");
    dropped.stream().sorted().forEach(word -> requireWord(list, rows, "word", word, "--drop"));
    requireDistinct(list);
    Set<String> left = new LinkedHashSet<>(list.words());
    left.removeAll(dropped);
    left.removeAll(List.of(boundary, start, unknown));
    requireOrdinary(list, left);
    List<String> words =
        new ArrayList<>(List.of(Vocabulary.DEFAULT_BOUNDARY, Vocabulary.DEFAULT_UNKNOWN));
    words.addAll(left);
    int[] output = new int[words.size()];
    output[0] = rows.get(boundary);
    output[1] = rows.get(unknown);
    int id = 2;
    for (String word : left) {
      output[id++] = rows.get(word);
    }
    int[] input = output.clone();
    input[0] = rows.get(start);
    return new Assigned(Vocabulary.of(words, list.location()), new WordRows(input, output));
  }

  private static void requireWord(
      RowWords list, Map<String, Integer> rows, String role, String word, String option) {
    if (!rows.containsKey(word)) {
      throw new IllegalArgumentException(
          "%s: the %s \"%s\" is not in the list; %s names one of its words (those in brackets: %s)"
              .formatted(list.location(), role, word, option, bracketed(list)));
    }
  }

  private static String bracketed(RowWords list) {
    String listed =
        list.words().stream()
            .filter(word -> word.matches("[<\\[{].*|#.*"))
            .limit(MOST_LISTED)
            .collect(Collectors.joining(" "));
    return listed.isEmpty() ? "none" : listed;
  }

  private void requireDistinct(RowWords list) {
    if (unknown.equals(boundary) || unknown.equals(start)) {
      throw new IllegalArgumentException(
          "%s: \"%s\" cannot be the unknown word and mark sentences too"
              .formatted(list.location(), unknown));
    }
    for (String word : List.of(boundary, start, unknown)) {
      if (dropped.contains(word)) {
        throw new IllegalArgumentException(
            "%s: \"%s\" cannot be dropped: it is the boundary, start or unknown word"
                .formatted(list.location(), word));
      }
    }
  }

  private static void requireOrdinary(RowWords list, Set<String> left) {
    for (String word : left) {
      if (RESERVED.contains(word)) {
        throw new IllegalArgumentException(
            ("%s: \"%s\" is in the list and has no role; it is the word that ends sentences"
                    + " (--boundary), begins them (--start) or stands for others (--unknown), or it"
                    + " never stood in the training text and can leave the model (--drop)")
                .formatted(list.location(), word));
      }
    }
  }
}
