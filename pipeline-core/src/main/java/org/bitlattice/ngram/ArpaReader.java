package org.bitlattice.ngram;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
  private static final int LONGEST_SHOWN = 200;
  private static final String START = "<s>";
  private static final String END = "</s>";

  /** Id of a word that is not in the vocabulary. */
  private static final int OUTSIDE = -1;

  /** So small that all back-offs and a probability add up to a finite 32-bit float. */
  private static final double LARGEST_MAGNITUDE = 1e30;

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
  private ArpaLines lines;

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
      lines = new ArpaLines(plain(in), location);
      return readModel();
    } catch (EOFException | ZipException e) {
      throw new IOException(
          "%s: the compressed file is damaged or cut off after line %d"
              .formatted(location, lines == null ? 0 : lines.number()),
          e);
    }
  }

  private ArpaModel readModel() throws IOException {
    String section = readHeader();
    tables = new NgramTable[counts.size() - 1];
    words = new int[counts.size()];
    for (int order = 1; order <= counts.size(); order++) {
      if (!section.equals("\\%d-grams:".formatted(order))) {
        throw bad("\"%s\" stands where \\%d-grams: is due".formatted(shown(section), order));
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
              .formatted(shown(section), counts.size()));
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
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
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
        throw bad("\"%s\" stands where \\data\\ is due".formatted(shown(line)));
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
      throw bad("\"%s\" is not a count of the form \"ngram 2=1000\"".formatted(shown(line)));
    }
    if (order != counts.size() + 1 || order > HIGHEST_ORDER || count < 0) {
      throw bad(
          "\"%s\" is not possible: orders follow each other from 1 to at most %d, counts are >= 0"
              .formatted(shown(line), HIGHEST_ORDER));
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
      throw bad("\"%s\" has a probability above 1".formatted(shown(line)));
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
      throw bad(
          "\"%s\" is not a %d-gram with its probability and back-off"
              .formatted(shown(line), order));
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
    double log10 = parsed(text);
    if (!Double.isFinite(log10)) {
      throw bad("\"%s\" in \"%s\" is not a finite number".formatted(shown(text), shown(line)));
    }
    if (Math.abs(log10) > LARGEST_MAGNITUDE) {
      throw bad(
          "\"%s\" in \"%s\" is out of range: allowed are numbers from %s to %s"
              .formatted(shown(text), shown(line), -LARGEST_MAGNITUDE, LARGEST_MAGNITUDE));
    }
    return (float) (log10 * LN_10);
  }

  /** A decimal number, or NaN; Java's own suffixes, as in 1f, are none. */
  private static double parsed(String text) {
    if (text.isEmpty() || Character.isLetter(text.charAt(text.length() - 1))) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
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
      throw bad("the word \"%s\" is listed twice".formatted(shown(name(words[0]))));
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
        throw bad("the word \"%s\" of an n-gram has no 1-gram".formatted(shown(name(words[i]))));
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
      throw bad(
          "an n-gram that ends in \"%s\" is listed twice".formatted(shown(name(words[order - 1]))));
    }
    table.add(context, words[order - 1], logProbability, backOff);
  }

  private String name(int id) {
    return id == startId ? START : vocabulary.word(id);
  }

  private IllegalArgumentException bad(String reason) {
    return lines.bad(reason);
  }

  /** The beginning of a text that may be long. */
  private static String shown(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
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
