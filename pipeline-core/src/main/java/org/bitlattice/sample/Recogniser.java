package org.bitlattice.sample;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.text.Vocabulary;

/**
 * Makes the lattice that a first pass with a bigram might leave of a sentence. Every word of the
 * reference is a slot, filled by the words that sound best under noise; in some slots a short word
 * may be heard in addition, and short words may be missed. Some words are lost, as by a first
 * pass's pruning. A node stands for a time and the last
 * word, so that bigram scores are exact.
 */
final class Recogniser {
  /** Scales all sound distances: less of it, more first-pass errors. */
  private static final double CLARITY = 1.2;

  private static final int MOST_ALTERNATIVES = 6;
  private static final double BEAM = 7;
  private static final int SHORT_WORD = 3;
  private static final double LOSS_RATE = 0.03;
  private static final double INSERTION_RATE = 0.3;
  private static final double ADDED_DISTANCE = 2.2;
  private static final double MISSED_DISTANCE = 2.0;
  private static final double FRAME_LN = -8;
  private static final int SILENCE_FRAMES = 20;
  private static final String[] SHORT = {"a", "the", "it", "so", "up", "off"};

  /** A word heard from one position to another; positions are half slots. */
  private record Span(int from, int to, int word, double acousticLn) {}

  /** A word that fills a slot, with its likelihood ratio to the reference word. */
  private record Heard(int word, double ratioLn) {}

  private final Vocabulary vocabulary;
  private final SampleBigram bigram;
  private final SoundModel sounds;
  private final Draws noise;

  Recogniser(Vocabulary vocabulary, SampleBigram bigram, SoundModel sounds, Draws noise) {
    this.vocabulary = vocabulary;
    this.bigram = bigram;
    this.sounds = sounds;
    this.noise = noise;
  }

  /** Draws the noise of one utterance and builds its lattice. */
  SampleLattice recognise(String utterance, List<String> reference) {
    List<List<Heard>> slots = reference.stream().map(this::heard).toList();
    List<Span> spans = new ArrayList<>();
    for (int slot = 0; slot < slots.size(); slot++) {
      int frames = frames(reference.get(slot));
      spans.addAll(spans(2 * slot, 2 * slot + 2, slots.get(slot), frames));
      if (noise.happens(INSERTION_RATE)) {
        spans.addAll(addition(slot, slots.get(slot), frames));
      }
      boolean last = slot == slots.size() - 1;
      if (!last && reference.get(slot).length() <= SHORT_WORD) {
        int both = frames + frames(reference.get(slot + 1));
        double missed = ratioLn(MISSED_DISTANCE);
        List<Heard> next = best(slots.get(slot + 1), missed);
        spans.addAll(spans(2 * slot, 2 * slot + 4, next, both));
      }
    }
    return lattice(utterance, reference, spans);
  }

  private List<Heard> heard(String word) {
    List<Heard> all = new ArrayList<>();
    for (SoundModel.Neighbour near : sounds.neighbours(word)) {
      all.add(new Heard(near.word(), ratioLn(near.distance())));
    }
    all.sort(Comparator.comparingDouble(Heard::ratioLn).reversed().thenComparingInt(Heard::word));
    double floor = all.get(0).ratioLn() - BEAM;
    List<Heard> kept = new ArrayList<>();
    for (Heard candidate : all) {
      boolean lost = noise.happens(LOSS_RATE);
      if (!lost && candidate.ratioLn() >= floor && kept.size() < MOST_ALTERNATIVES) {
        kept.add(candidate);
      }
    }
    return kept.isEmpty() ? all.subList(0, 1) : kept;
  }

  /** Log likelihood ratio, under noise, of something that sounds this far from what was said. */
  private double ratioLn(double distance) {
    double d = CLARITY * distance;
    return -(d * d / 2 + d * noise.gaussian());
  }

  private static List<Heard> best(List<Heard> heard, double addedLn) {
    return heard.stream()
        .limit(MOST_ALTERNATIVES / 2)
        .map(h -> new Heard(h.word(), h.ratioLn() + addedLn))
        .toList();
  }

  private static List<Span> spans(int from, int to, List<Heard> words, int frames) {
    return words.stream()
        .map(h -> new Span(from, to, h.word(), acousticLn(frames, h.ratioLn())))
        .toList();
  }

  /** The likelihood ratio is scaled so that the lattice's language scale is the right one. */
  private static double acousticLn(int frames, double ratioLn) {
    return frames * FRAME_LN + SampleLattice.LANGUAGE_SCALE * ratioLn;
  }

  private List<Span> addition(int slot, List<Heard> words, int frames) {
    int added = vocabulary.id(noise.one(SHORT));
    int first = frames / 3;
    List<Span> spans = new ArrayList<>();
    spans.add(new Span(2 * slot, 2 * slot + 1, added, acousticLn(first, ratioLn(ADDED_DISTANCE))));
    spans.addAll(spans(2 * slot + 1, 2 * slot + 2, best(words, 0), frames - first));
    return spans;
  }

  private SampleLattice lattice(String utterance, List<String> reference, List<Span> spans) {
    SampleLattice lattice = new SampleLattice(utterance);
    List<Map<Integer, Integer>> nodes = nodes(lattice, reference, spans);
    int boundary = vocabulary.boundaryId();
    double silence = SILENCE_FRAMES * FRAME_LN;
    lattice.links().add(new SampleLattice.Link(0, 1, SampleLattice.NO_WORD, silence, 0));
    spans.stream().sorted(Comparator.comparingInt(Span::from)).forEach(
        span ->
            nodes.get(span.from())
                .forEach(
                    (last, start) ->
                        lattice.links()
                            .add(
                                new SampleLattice.Link(
                                    start,
                                    nodes.get(span.to()).get(span.word()),
                                    vocabulary.word(span.word()),
                                    span.acousticLn(),
                                    bigram.ln(last, span.word())))));
    int lastFrame = lattice.frames().get(lattice.frames().size() - 1);
    int end = lattice.node(lastFrame + SILENCE_FRAMES);
    nodes.get(2 * reference.size())
        .forEach(
            (last, start) ->
                lattice.links()
                    .add(
                        new SampleLattice.Link(
                            start,
                            end,
                            vocabulary.word(boundary),
                            silence,
                            bigram.ln(last, boundary))));
    return lattice;
  }

  /** For each position the last words that a path may have there, and their nodes. */
  private List<Map<Integer, Integer>> nodes(
      SampleLattice lattice, List<String> reference, List<Span> spans) {
    List<Map<Integer, Integer>> nodes = new ArrayList<>();
    lattice.node(0);
    nodes.add(Map.of(vocabulary.boundaryId(), lattice.node(SILENCE_FRAMES)));
    int slotStart = SILENCE_FRAMES;
    for (int position = 1; position <= 2 * reference.size(); position++) {
      int frames = frames(reference.get((position - 1) / 2));
      boolean inside = position % 2 == 1;
      int time = slotStart + (inside ? frames / 3 : frames);
      Map<Integer, Integer> here = new LinkedHashMap<>();
      for (Span span : spans) {
        if (span.to() == position) {
          here.computeIfAbsent(span.word(), word -> lattice.node(time));
        }
      }
      nodes.add(here);
      slotStart = inside ? slotStart : time;
    }
    return nodes;
  }

  private static int frames(String word) {
    return 6 + 6 * word.length();
  }
}
