package org.bitlattice.ngram;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.bitlattice.text.Vocabulary;

/** Reads one ARPA file; see {@link ArpaModel#read}. */
final class ArpaReader {
  private static final double LN_10 = Math.log(10);
  private static final int HIGHEST_ORDER = 20;
  private static final String START = "<s>";
  private static final String END = "</s>";

  /** Id of a word that is not in the vocabulary. */
  private static final int OUTSIDE = -1;

  /** Rounding may take a probability of 1 slightly above it. */
  private static final double LARGEST_LOG10 = 1e-3;

  private final String location;
  private final Vocabulary vocabulary;
  private final int startId;
  private final List<Integer> counts = new ArrayList<>();
  private final float[] unigrams;
  private final float[] unigramBackOffs;
  private NgramTable[] tables = new NgramTable[0];
  private int[] words = new int[0];
  private long ignored;
  private long number;

  private BufferedReader lines;

  ArpaReader(String location, Vocabulary vocabulary) {
    this.location = location;
    this.vocabulary = vocabulary;
    this.startId = vocabulary.size();
    this.unigrams = new float[vocabulary.size() + 1];
    this.unigramBackOffs = new float[vocabulary.size() + 1];
    Arrays.fill(unigrams, Float.NaN);
  }

  ArpaModel read(InputStream in) throws IOException {
    try {
      lines = new BufferedReader(new InputStreamReader(plain(in), StandardCharsets.UTF_8), 1 << 16);
      return readModel();
    } catch (EOFException | ZipException e) {
      throw new IOException(
          "%s: the compressed file is damaged or cut off after line %d".formatted(location, number),
          e);
    }
  }

  private ArpaModel readModel() throws IOException {
    String section = readHeader();
    tables = new NgramTable[counts.size() - 1];
    words = new int[counts.size()];
    for (int order = 1; order <= counts.size(); order++) {
      if (!section.equals("\\%d-grams:".formatted(order))) {
        throw bad("\"%s\" stands where \\%d-grams: is due".formatted(section, order));
      }
      if (order > 1) {
        tables[order - 2] = new NgramTable(counts.get(order - 1));
      }
      section = readSection(order);
      if (order == 1) {
        checkUnigrams();
      }
    }
    if (!section.equals("\\end\\")) {
      throw bad(
          "\"%s\" stands where \\end\\ is due: the header announces no n-grams above order %d"
              .formatted(section, counts.size()));
    }
    for (NgramTable table : tables) {
      table.trim();
    }
    if (tables.length > 0) {
      tables[tables.length - 1].dropBackOffs();
    }
    return new ArpaModel(location, vocabulary, unigrams, unigramBackOffs, tables, ignored);
  }

  private static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    return gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  /** The next line that is not blank, stripped. */
  private String nextLine() throws IOException {
    String line = lines.readLine();
    number++;
    while (line != null && line.isBlank()) {
      line = lines.readLine();
      number++;
    }
    if (line == null) {
      throw bad("the file ends before its \\end\\: it is cut off");
    }
    return line;
  }

  /** Reads the counts and returns the first line after them. */
  private String readHeader() throws IOException {
    String line = nextLine();
    while (!line.strip().equals("\\data\\")) {
      if (line.startsWith("\\")) {
        throw bad("\"%s\" stands where \\data\\ is due".formatted(line));
      }
      line = nextLine();
    }
    for (line = nextLine().strip(); line.startsWith("ngram "); line = nextLine().strip()) {
      readCount(line);
    }
    if (counts.isEmpty()) {
      throw bad("the header gives no counts (\"ngram 1=...\")");
    }
    return line;
  }

  private void readCount(String line) {
    int equals = line.indexOf('=');
    int count;
    int order;
    try {
      order = Integer.parseInt(line.substring(6, Math.max(6, equals)).strip());
      count = Integer.parseInt(line.substring(equals + 1).strip());
    } catch (NumberFormatException e) {
      throw bad("\"%s\" is not a count of the form \"ngram 2=1000\"".formatted(line));
    }
    if (order != counts.size() + 1 || order > HIGHEST_ORDER || count < 0) {
      throw bad(
          "\"%s\" is not possible: orders follow each other from 1 to at most %d, counts are >= 0"
              .formatted(line, HIGHEST_ORDER));
    }
    counts.add(count);
  }

  /** Reads the n-grams of one order and returns the line that ends the section. */
  private String readSection(int order) throws IOException {
    int read = 0;
    String line = nextLine();
    while (!line.startsWith("\\")) {
      readNgram(line, order);
      read++;
      line = nextLine();
    }
    if (read != counts.get(order - 1)) {
      throw bad(
          "the header announces %d %d-grams, but the section has %d"
              .formatted(counts.get(order - 1), order, read));
    }
    return line.strip();
  }

  private void readNgram(String line, int order) {
    Fields fields = new Fields(line);
    float logProbability = number(fields.next(), line);
    if (logProbability > LARGEST_LOG10 * LN_10) {
      throw bad("\"%s\" has a probability above 1".formatted(line));
    }
    boolean inside = true;
    String last = "";
    for (int i = 0; i < order; i++) {
      last = fields.next();
      words[i] = last.isEmpty() ? OUTSIDE : id(last);
      inside &= words[i] != OUTSIDE;
    }
    String backOff = fields.next();
    if (last.isEmpty() || !fields.next().isEmpty()) {
      throw bad("\"%s\" is not a %d-gram with its probability and back-off".formatted(line, order));
    }
    float weight = backOff.isEmpty() ? 0 : number(backOff, line);
    if (!inside) {
      ignored++;
    } else if (order == 1) {
      addUnigram(logProbability, weight);
    } else {
      addNgram(order, logProbability, weight);
    }
  }

  private float number(String text, String line) {
    try {
      double log10 = Double.parseDouble(text);
      if (Double.isFinite(log10)) {
        return (float) (log10 * LN_10);
      }
    } catch (NumberFormatException e) {
      throw notNumber(text, line);
    }
    throw notNumber(text, line);
  }

  private IllegalArgumentException notNumber(String text, String line) {
    return bad("\"%s\" in \"%s\" is not a finite number".formatted(text, line));
  }

  private int id(String word) {
    if (word.equals(START)) {
      return startId;
    }
    if (word.equals(END)) {
      return vocabulary.boundaryId();
    }
    int id = vocabulary.id(word);
    if (id != vocabulary.unknownId() || vocabulary.contains(word) || word.equals("<UNK>")) {
      return id;
    }
    return OUTSIDE;
  }

  private void addUnigram(float logProbability, float backOff) {
    if (!Float.isNaN(unigrams[words[0]])) {
      throw bad("the word \"%s\" is listed twice".formatted(name(words[0])));
    }
    unigrams[words[0]] = logProbability;
    unigramBackOffs[words[0]] = backOff;
  }

  private void checkUnigrams() {
    if (Float.isNaN(unigrams[startId]) || Float.isNaN(unigrams[vocabulary.boundaryId()])) {
      throw bad("the 1-grams lack %s or %s".formatted(START, END));
    }
  }

  private void addNgram(int order, float logProbability, float backOff) {
    for (int i = 0; i < order; i++) {
      if (Float.isNaN(unigrams[words[i]])) {
        throw bad("the word \"%s\" of an n-gram has no 1-gram".formatted(name(words[i])));
      }
    }
    int context = words[0];
    for (int length = 2; length < order; length++) {
      NgramTable table = tables[length - 2];
      int place = table.find(context, words[length - 1]);
      // A pruned model may lack the context of an n-gram: it gets a place, but no probability.
      context = place >= 0 ? place : table.add(context, words[length - 1], Float.NaN, 0);
    }
    NgramTable table = tables[order - 2];
    if (table.find(context, words[order - 1]) >= 0) {
      throw bad("an n-gram that ends in \"%s\" is listed twice".formatted(name(words[order - 1])));
    }
    table.add(context, words[order - 1], logProbability, backOff);
  }

  private String name(int id) {
    return id == startId ? START : vocabulary.word(id);
  }

  private IllegalArgumentException bad(String reason) {
    return new IllegalArgumentException("%s:%d: %s".formatted(location, number, reason));
  }

  /** Cuts a line at white space; the empty string follows the last field. */
  private static final class Fields {
    private final String line;
    private int position;

    Fields(String line) {
      this.line = line;
    }

    String next() {
      int begin = position;
      while (begin < line.length() && line.charAt(begin) <= ' ') {
        begin++;
      }
      int end = begin;
      while (end < line.length() && line.charAt(end) > ' ') {
        end++;
      }
      position = end;
      return line.substring(begin, end);
    }
  }
}
