package org.bitlattice.sample;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * A word lattice in the making: nodes in time order, words and scores on links.
 *
 * @param utterance its name
 * @param frames time of each node in 1/100 s
 * @param links its links; a link's end has a larger number than its start
 */
record SampleLattice(String utterance, List<Integer> frames, List<Link> links) {
  /** Weight of the bigram's natural logarithm beside the acoustic score. */
  static final double LANGUAGE_SCALE = 8;

  /** ln 0.65: what every word and the sentence end cost, so that fewer words are preferred. */
  static final double WORD_PENALTY = StrictMath.log(0.65);

  /** The word of links without one. */
  static final String NO_WORD = "!NULL";

  /**
   * A link.
   *
   * @param start node it leaves
   * @param end node it enters
   * @param word its word, {@value #NO_WORD} or {@code </s>}
   * @param acousticLn natural log of the acoustic likelihood, unscaled
   * @param bigramLn natural log of the bigram probability, unscaled; 0 without a word
   */
  record Link(int start, int end, String word, double acousticLn, double bigramLn) {}

  SampleLattice(String utterance) {
    this(utterance, new ArrayList<>(), new ArrayList<>());
  }

  /** Adds a node and returns its number. */
  int node(int frame) {
    frames.add(frame);
    return frames.size() - 1;
  }

  /** Writes HTK's standard lattice format; node 0 is the start, the last node the end. */
  void write(Writer out) throws IOException {
    out.write("VERSION=1.0\nUTTERANCE=" + utterance + "\nlmname=" + SampleCorpus.BIGRAM);
    out.write("\nlmscale=" + Decimal.of(LANGUAGE_SCALE, 2));
    out.write(" wdpenalty=" + Decimal.of(WORD_PENALTY, 6) + " acscale=1.00\n");
    out.write("base=2.718281828\nstart=0 end=" + (frames.size() - 1));
    out.write("\nN=" + frames.size() + " L=" + links.size() + "\n");
    for (int node = 0; node < frames.size(); node++) {
      out.write("I=" + node + " t=" + Decimal.of(frames.get(node) / 100.0, 2) + "\n");
    }
    for (int j = 0; j < links.size(); j++) {
      Link link = links.get(j);
      out.write("J=" + j + " S=" + link.start + " E=" + link.end + " W=" + link.word);
      out.write(" a=" + Decimal.of(link.acousticLn, 4) + " l=" + Decimal.of(link.bigramLn, 4));
      out.write('\n');
    }
  }
}
