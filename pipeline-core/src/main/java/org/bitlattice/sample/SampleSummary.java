package org.bitlattice.sample;

import java.util.List;
import org.bitlattice.text.Vocabulary;

/**
 * What a synthetic corpus holds.
 *
 * @param settings its size
 * @param trainTokens training words and sentence ends
 * @param vocabularyWords size of the vocabulary, the two special words included
 * @param bigramDevPerplexity perplexity of the bigram on the development text, sentence ends and
 *     unknown words counted
 * @param grammarDevPerplexity perplexity of the grammar itself, below which no model can stay for
 *     long; it predicts unknown words as themselves, not as one word
 */
public record SampleSummary(
    SampleSettings settings,
    long trainTokens,
    int vocabularyWords,
    double bigramDevPerplexity,
    double grammarDevPerplexity) {

  static SampleSummary of(
      SampleSettings settings,
      long trainTokens,
      Vocabulary vocabulary,
      SampleBigram bigram,
      List<DrawnSentence> dev) {
    double bigramLn = 0;
    double grammarLn = 0;
    for (DrawnSentence sentence : dev) {
      grammarLn += sentence.lnProbability();
      int last = vocabulary.boundaryId();
      for (int word : vocabulary.ids(sentence.words())) {
        bigramLn += bigram.ln(last, word);
        last = word;
      }
      bigramLn += bigram.ln(last, vocabulary.boundaryId());
    }
    double tokens = SampleCorpus.tokens(dev);
    return new SampleSummary(
        settings,
        trainTokens,
        vocabulary.size(),
        Math.exp(-bigramLn / tokens),
        Math.exp(-grammarLn / tokens));
  }
}
