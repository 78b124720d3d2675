package org.bitlattice.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyBuilder;
import org.bitlattice.text.VocabularySettings;
import org.bitlattice.text.WordCount;

/**
 * A synthetic corpus: {@code train.txt}, {@code dev.txt}, {@code eval.txt} (one sentence a line),
 * {@code words.txt} (the word list: training words seen at least twice), {@code bigram.arpa}, {@code
 * dev.slf.tar.gz} and {@code eval.slf.tar.gz} (HTK lattices), {@code dev.ref.trn} and {@code
 * eval.ref.trn}, {@code README.md}. The same seed and settings give the same bytes.
 */
public final class SampleCorpus {
  static final String BIGRAM = "bigram.arpa";
  private static final double FARTHEST = 3.3;

  private final SampleFiles files;
  private final SampleSettings settings;

  private SampleCorpus(SampleFiles files, SampleSettings settings) {
    this.files = files;
    this.settings = settings;
  }

  /**
   * Writes a corpus to a local folder.
   *
   * @throws IOException when a file cannot be written
   */
  public static SampleSummary write(Path folder, long seed, SampleSettings settings)
      throws IOException {
    return write(SampleFiles.in(folder), seed, settings);
  }

  /**
   * Writes a corpus.
   *
   * @param files where to
   * @param seed decides sentences and noise
   * @param settings how much of it
   * @return what was written
   * @throws IOException when a file cannot be written
   */
  public static SampleSummary write(SampleFiles files, long seed, SampleSettings settings)
      throws IOException {
    return new SampleCorpus(files, settings).write(seed);
  }

  private SampleSummary write(long seed) throws IOException {
    SplittableRandom streams = new SplittableRandom(seed);
    List<DrawnSentence> train = sentences(streams.split(), settings.trainSentences());
    List<DrawnSentence> dev = sentences(streams.split(), settings.heldOutSentences());
    List<DrawnSentence> eval = sentences(streams.split(), settings.heldOutSentences());
    writeText("train.txt", train);
    writeText("dev.txt", dev);
    writeText("eval.txt", eval);
    Vocabulary vocabulary = vocabulary(train);
    SampleBigram bigram =
        new SampleBigram(train.stream().map(s -> vocabulary.ids(s.words())).toList(), vocabulary);
    try (Writer out = writer("words.txt")) {
      for (String word : vocabulary.words().subList(2, vocabulary.size())) {
        out.write(word + '\n');
      }
    }
    try (Writer out = writer(BIGRAM)) {
      bigram.write(out);
    }
    SoundModel sounds = new SoundModel(vocabulary, FARTHEST);
    Draws devNoise = new Draws(streams.split());
    Draws evalNoise = new Draws(streams.split());
    writeLattices("dev", dev, new Recogniser(vocabulary, bigram, sounds, devNoise));
    writeLattices("eval", eval, new Recogniser(vocabulary, bigram, sounds, evalNoise));
    SampleSummary summary =
        SampleSummary.of(settings, tokens(train), vocabulary, bigram, dev);
    try (Writer out = writer("README.md")) {
      out.write(SampleReadme.text(seed, summary));
    }
    return summary;
  }

  private static List<DrawnSentence> sentences(SplittableRandom random, int count) {
    Draws draws = new Draws(random);
    List<DrawnSentence> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sentences.add(SampleGrammar.sentence(draws));
    }
    return sentences;
  }

  static long tokens(List<DrawnSentence> sentences) {
    return sentences.stream().mapToLong(s -> s.words().size() + 1).sum();
  }

  private static Vocabulary vocabulary(List<DrawnSentence> train) {
    Map<String, Long> counts = new TreeMap<>();
    train.forEach(s -> s.words().forEach(word -> counts.merge(word, 1L, Long::sum)));
    List<WordCount> words =
        counts.entrySet().stream().map(e -> new WordCount(e.getKey(), e.getValue())).toList();
    return VocabularyBuilder.fromCounts(words, VocabularySettings.counted(2), "sample");
  }

  private void writeText(String name, List<DrawnSentence> sentences) throws IOException {
    try (Writer out = writer(name)) {
      for (DrawnSentence sentence : sentences) {
        out.write(String.join(" ", sentence.words()) + '\n');
      }
    }
  }

  private void writeLattices(String set, List<DrawnSentence> sentences, Recogniser recogniser)
      throws IOException {
    try (Writer references = writer(set + ".ref.trn");
        TarArchiveOutputStream archive =
            new TarArchiveOutputStream(
                new GZIPOutputStream(files.create(set + ".slf.tar.gz")))) {
      for (int i = 0; i < settings.utterances(); i++) {
        List<String> reference = sentences.get(i).words();
        String utterance = "sample-%s-%s".formatted(set, Integer.toString(10_001 + i).substring(1));
        references.write(String.join(" ", reference) + " (" + utterance + ")\n");
        StringWriter text = new StringWriter();
        recogniser.recognise(utterance, reference).write(text);
        writeEntry(archive, utterance + ".slf", text.toString());
      }
    }
  }

  private static void writeEntry(TarArchiveOutputStream archive, String name, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    // The defaults are the present time and user, and the same seed must give the same bytes.
    entry.setModTime(0);
    entry.setUserName("");
    entry.setIds(0, 0);
    archive.putArchiveEntry(entry);
    archive.write(bytes);
    archive.closeArchiveEntry();
  }

  private Writer writer(String name) throws IOException {
    OutputStream out = files.create(name);
    return new OutputStreamWriter(out, StandardCharsets.UTF_8);
  }
}
