package org.bitlattice.sample;

import java.util.Locale;

/** The page that says what a synthetic corpus is. */
final class SampleReadme {
  private SampleReadme() {}

  @SuppressWarnings("InlineFormatString") // The page comes first, then what fills it.
  static String text(long seed, SampleSummary summary) {
    String page =
        """
        # A synthetic sample

        Everything here is made up by a program, with seed %d: no speech, no speaker, no real
        language. It shows how Bitlattice is used and what its tables look like. Numbers from it
        say nothing about real recognition.

        | file | holds |
        |---|---|
        | `train.txt`, `dev.txt`, `eval.txt` | text, one sentence a line: %d, %d and %d sentences |
        | `words.txt` | the word list: training words seen at least twice |
        | `bigram.arpa` | bigram with absolute discounting, estimated on `train.txt` |
        | `dev.slf.tar.gz`, `eval.slf.tar.gz` | HTK lattices of the first %d sentences of each set |
        | `dev.ref.trn`, `eval.ref.trn` | what was said |

        ## Text
        A small grammar. Each sentence has one of six topics; nouns, verbs and adjectives of the
        topics differ in their first sound only. Verbs agree with their subject across relative
        clauses, the first word sets the tense of all verbs, and `if` and `then`, `either` and
        `or`, verbs and their particles, opening and closing words come in pairs. A bigram sees
        little of this: its perplexity on `dev.txt` is %s, that of the grammar itself %s. Some
        names occur once or never in `train.txt`: they are unknown words. There are %d training
        tokens and %d vocabulary words.

        ## Lattices
        Words that sound alike compete in each place; how well each is heard is drawn from a
        noise model. Short words may be missed or heard in addition. `a=` is the natural
        logarithm of the acoustic likelihood, unscaled; `l=` that of the bigram probability,
        unscaled and exact, for a node stands for a time and a last word. The first pass is
        total = sum of a + 8 x sum of l + ln(0.65) x (words + 1).
        """;
    return String.format(
        Locale.ROOT,
        page,
        seed,
        summary.settings().trainSentences(),
        summary.settings().heldOutSentences(),
        summary.settings().heldOutSentences(),
        summary.settings().utterances(),
        Decimal.of(summary.bigramDevPerplexity(), 1),
        Decimal.of(summary.grammarDevPerplexity(), 1),
        summary.trainTokens(),
        summary.vocabularyWords());
  }
}
