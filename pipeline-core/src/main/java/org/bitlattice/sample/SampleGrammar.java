package org.bitlattice.sample;

import java.util.ArrayList;
import java.util.List;

/**
 * A grammar of made-up content words and English function words, unambiguous, with the long-range
 * structure that a bigram cannot see:
 *
 * <ul>
 *   <li>one topic for a sentence: all its nouns, verbs and adjectives start with the topic's sound
 *       and differ from those of other topics in that sound only;
 *   <li>subject and verb agree in number across relative clauses and prepositions;
 *   <li>the first word sets the tense of all verbs;
 *   <li>pairs: {@code if … then}, {@code either … or}, verbs with a particle after their object,
 *       and opening words that each call for one closing word.
 * </ul>
 */
final class SampleGrammar {
  private static final String[] SOUNDS = {"b", "p", "d", "t", "g", "k"};
  private static final String[] NOUNS = {
    "alun", "emor", "iduk", "opin", "unel", "ravet", "ostim", "ubal"
  };
  private static final String[] VERBS = {
    "orrin", "amsel", "eltam", "iskor", "uvand", "awlen", "ontil", "indul"
  };
  private static final String[] ADJECTIVES = {"ishy", "olent", "eric", "umal"};
  private static final String[] PARTICLES = {"up", "off", "out", "down"};
  private static final String[] OPENINGS = {"well", "so", "please", "oh"};
  private static final String[] CLOSINGS = {"indeed", "too", "now", "dear"};
  private static final String[][] TIMES = {
    {"today", "always"}, {"yesterday", "once"}, {"tomorrow", "soon"}
  };
  private static final String[] CONSONANTS = {"l", "m", "n", "r", "s", "v", "z"};
  private static final String[] VOWELS = {"a", "e", "i", "o", "u"};

  private enum Tense {
    PRESENT,
    PAST,
    FUTURE
  }

  private enum GrammaticalNumber {
    SINGULAR,
    PLURAL
  }

  private final Draws draws;
  private final List<String> words = new ArrayList<>();
  private String topic;
  private Tense tense;

  private SampleGrammar(Draws draws) {
    this.draws = draws;
  }

  /** Draws the next sentence. */
  static DrawnSentence sentence(Draws draws) {
    double before = draws.ln();
    SampleGrammar grammar = new SampleGrammar(draws);
    grammar.sentence();
    return new DrawnSentence(List.copyOf(grammar.words), draws.ln() - before);
  }

  private void sentence() {
    topic = SOUNDS[draws.uniform(SOUNDS.length)];
    tense = Tense.values()[draws.uniform(3)];
    int pair = draws.happens(0.4) ? draws.uniform(OPENINGS.length) : -1;
    if (pair >= 0) {
      words.add(OPENINGS[pair]);
    }
    if (draws.happens(0.5)) {
      words.add(draws.one(TIMES[tense.ordinal()]));
    }
    if (draws.happens(0.8)) {
      clause();
    } else if (draws.happens(0.5)) {
      joined("if", "then");
    } else {
      joined("either", "or");
    }
    if (pair >= 0) {
      words.add(CLOSINGS[pair]);
    }
  }

  private void joined(String first, String second) {
    words.add(first);
    clause();
    words.add(second);
    clause();
  }

  private void clause() {
    GrammaticalNumber subject = subject();
    verbPhrase(subject);
    if (draws.happens(0.15)) {
      words.add("and");
      verbPhrase(subject);
    }
  }

  private GrammaticalNumber subject() {
    if (draws.happens(0.15)) {
      GrammaticalNumber number = number();
      words.add(
          number == GrammaticalNumber.PLURAL
              ? draws.one("they", "we")
              : draws.one("he", "she", "it"));
      return number;
    }
    GrammaticalNumber number = nounPhrase();
    if (draws.happens(0.25)) {
      words.add(draws.one("near", "behind", "under"));
      nounPhrase();
    } else if (draws.happens(0.35)) {
      words.add("that");
      if (draws.happens(0.5)) {
        verb(number, draws.ranked(VERBS.length));
        nounPhrase();
      } else {
        GrammaticalNumber other = nounPhrase();
        verb(other, draws.ranked(VERBS.length));
      }
    }
    return number;
  }

  private void verbPhrase(GrammaticalNumber subject) {
    int verb = draws.ranked(VERBS.length);
    verb(subject, verb);
    nounPhrase();
    if (verb < PARTICLES.length) {
      words.add(PARTICLES[verb]);
    }
  }

  private void verb(GrammaticalNumber subject, int verb) {
    String stem = topic + VERBS[verb];
    switch (tense) {
      case PAST -> words.add(stem + "ed");
      case FUTURE -> words.addAll(List.of("will", stem));
      case PRESENT -> words.add(subject == GrammaticalNumber.SINGULAR ? stem + "s" : stem);
    }
  }

  private GrammaticalNumber number() {
    return draws.happens(0.5) ? GrammaticalNumber.PLURAL : GrammaticalNumber.SINGULAR;
  }

  private GrammaticalNumber nounPhrase() {
    if (draws.happens(0.01)) {
      words.add(name());
      return GrammaticalNumber.SINGULAR;
    }
    GrammaticalNumber number = number();
    words.add(
        number == GrammaticalNumber.PLURAL
            ? draws.one("the", "some", "these", "many")
            : draws.one("the", "a", "this", "every"));
    if (draws.happens(0.25)) {
      words.add(topic + ADJECTIVES[draws.ranked(ADJECTIVES.length)]);
    }
    String noun = topic + NOUNS[draws.ranked(NOUNS.length)];
    words.add(number == GrammaticalNumber.PLURAL ? noun + "s" : noun);
    return number;
  }

  /** One of 1,225 names without a topic; most occur once or never, so some words are unknown. */
  private String name() {
    return draws.one(CONSONANTS)
        + draws.one(VOWELS)
        + draws.one(CONSONANTS)
        + draws.one(VOWELS)
        + "o";
  }
}
