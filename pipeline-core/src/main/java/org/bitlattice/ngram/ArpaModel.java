package org.bitlattice.ngram;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;

/**
 * A back-off n-gram model of any order over the words of a vocabulary:
 *
 * <pre>
 * P(w | h) = p(h w) when the n-gram h w is listed, otherwise b(h) · P(w | h without its first word)
 * </pre>
 *
 * with b(h) = 1 for a history that is not listed. Natural logarithms; the file's base-10 logarithms
 * are converted and held as 32-bit floats. {@code <s>} is the context form of the vocabulary's
 * boundary word, {@code </s>} its predicted form. Words of the vocabulary that the file lacks are
 * scored as its unknown word. Immutable and thread-safe.
 */
public final class ArpaModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String location;
  private final Vocabulary vocabulary;
  private final float[] unigrams;
  private final float[] unigramBackOffs;
  private final NgramTable[] tables;
  private final long ignored;
  private final int missingWords;

  /**
   * Takes over what {@link ArpaReader} filled.
   *
   * @param unigrams natural log by word id, the start symbol last; NaN for a word without 1-gram
   * @param tables orders 2 and up
   */
  ArpaModel(
      String location,
      Vocabulary vocabulary,
      float[] unigrams,
      float[] unigramBackOffs,
      NgramTable[] tables,
      long ignored) {
    this.location = location;
    this.vocabulary = vocabulary;
    this.unigrams = unigrams;
    this.unigramBackOffs = unigramBackOffs;
    this.tables = tables;
    this.ignored = ignored;
    int missing = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      missing += Float.isNaN(unigrams[id]) ? 1 : 0;
    }
    this.missingWords = missing;
  }

  /**
   * Reads a model.
   *
   * @param in ARPA text in UTF-8, as it is or compressed by gzip; stays open
   * @param location name of the file, for messages
   * @param vocabulary the words that get ids; n-grams with other words are left out and counted
   * @throws IllegalArgumentException naming file and line when a number, a section or the end mark
   *     is wrong or missing, or when the counts of the header are not those of the sections
   * @throws IOException when reading fails
   */
  public static ArpaModel read(InputStream in, String location, Vocabulary vocabulary)
      throws IOException {
    return new ArpaReader(location, vocabulary).read(in);
  }

  /** Length of the longest n-grams. */
  public int order() {
    return tables.length + 1;
  }

  /** Number of n-grams of the file that hold a word outside the vocabulary and were left out. */
  public long ignoredNgrams() {
    return ignored;
  }

  /** Number of words of the vocabulary that the file does not list; scored as its unknown word. */
  public int missingWords() {
    return missingWords;
  }

  /** Bytes of the arrays that hold the n-grams. */
  public long bytes() {
    long bytes = 8L * unigrams.length;
    for (NgramTable table : tables) {
      bytes += table.bytes();
    }
    return bytes;
  }

  /**
   * Natural log probability of every word of a sentence and, last, of the sentence end.
   *
   * @param words ids of the vocabulary without boundary words
   * @return array of length {@code words.length + 1}
   * @throws IllegalArgumentException when an id is not in the vocabulary or is the boundary's, or
   *     when the file lists neither a word nor an unknown word
   */
  public double[] logProbabilities(int[] words) {
    int[] tokens = new int[words.length + 2];
    tokens[0] = vocabulary.size();
    for (int i = 0; i < words.length; i++) {
      tokens[i + 1] = listed(words[i]);
    }
    tokens[words.length + 1] = vocabulary.boundaryId();
    double[] logProbabilities = new double[words.length + 1];
    for (int i = 1; i < tokens.length; i++) {
      logProbabilities[i - 1] = ofTokens(tokens, i);
    }
    return logProbabilities;
  }

  /**
   * Natural log probability of a word, or of the sentence end, after the words of a sentence.
   *
   * @param history ids of all words from the sentence's beginning, without boundary words; may be
   *     cut down to the last {@code order() − 1} when it is longer than that
   * @param word an id, the boundary's for the sentence end
   * @throws IllegalArgumentException as {@link #logProbabilities}
   */
  public double logProbability(int[] history, int word) {
    int kept = Math.min(history.length, tables.length);
    int start = history.length < tables.length ? 1 : 0;
    int[] tokens = new int[start + kept + 1];
    if (start == 1) {
      tokens[0] = vocabulary.size();
    }
    for (int i = 0; i < kept; i++) {
      tokens[start + i] = listed(history[history.length - kept + i]);
    }
    tokens[start + kept] = word == vocabulary.boundaryId() ? word : listed(word);
    return ofTokens(tokens, start + kept);
  }

  /** The id under which the file lists a word. */
  private int listed(int word) {
    if (word < 0 || word >= vocabulary.size() || word == vocabulary.boundaryId()) {
      throw new IllegalArgumentException(
          "%d is not the id of a word within a sentence: allowed are 0 to %d without %d (%s)"
              .formatted(
                  word,
                  vocabulary.size() - 1,
                  vocabulary.boundaryId(),
                  vocabulary.word(vocabulary.boundaryId())));
    }
    if (!Float.isNaN(unigrams[word])) {
      return word;
    }
    if (Float.isNaN(unigrams[vocabulary.unknownId()])) {
      throw new IllegalArgumentException(
          "%s: cannot score the word \"%s\": the model lists neither it nor %s"
              .formatted(location, vocabulary.word(word), vocabulary.word(vocabulary.unknownId())));
    }
    return vocabulary.unknownId();
  }

  private double ofTokens(int[] tokens, int position) {
    int word = tokens[position];
    double backedOff = 0;
    for (int start = Math.max(0, position - tables.length); start < position; start++) {
      int context = place(tokens, start, position);
      if (context < 0) {
        continue;
      }
      int length = position - start;
      int ngram = tables[length - 1].find(context, word);
      if (ngram >= 0 && !Float.isNaN(tables[length - 1].logProbability(ngram))) {
        return backedOff + tables[length - 1].logProbability(ngram);
      }
      backedOff += length == 1 ? unigramBackOffs[context] : tables[length - 2].backOff(context);
    }
    return backedOff + unigrams[word];
  }

  /**
   * Place of the n-gram tokens[start, end) in the table of its order, or −1; its id for one word.
   */
  private int place(int[] tokens, int start, int end) {
    int place = tokens[start];
    for (int i = start + 1; i < end && place >= 0; i++) {
      place = tables[i - start - 1].find(place, tokens[i]);
    }
    return place;
  }

  /**
   * Likelihood of sentences, each on its own, sentence ends counted.
   *
   * @param sentences ids of the vocabulary without boundary words
   */
  public TextLikelihood likelihood(Iterable<int[]> sentences, UnknownWords unknownWords) {
    long tokens = 0;
    long unknown = 0;
    double nats = 0;
    for (int[] sentence : sentences) {
      double[] logProbabilities = logProbabilities(sentence);
      for (int i = 0; i <= sentence.length; i++) {
        boolean known = i == sentence.length || sentence[i] != vocabulary.unknownId();
        unknown += known ? 0 : 1;
        if (known || unknownWords == UnknownWords.COUNTED) {
          tokens++;
          nats -= logProbabilities[i];
        }
      }
    }
    return new TextLikelihood(tokens, unknown, nats);
  }
}
