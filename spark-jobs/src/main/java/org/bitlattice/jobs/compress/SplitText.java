package org.bitlattice.jobs.compress;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.run.DigestSink;
import org.bitlattice.run.StageInputs;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.SentenceReader;
import org.bitlattice.text.TextPart;
import org.bitlattice.text.TextSplit;

/**
 * Writes the train, dev and eval text of an experiment, {@code train.txt}, {@code dev.txt} and
 * {@code eval.txt}, from one text, or from one for training and one for the other two.
 *
 * <p>Files, since an experiment reads files: it can be looked at, and run, like any other. Their
 * digests are known before they are written, so that the experiment can be planned without them.
 */
public final class SplitText implements Stage.Work {
  private static final String NAME = "text";

  /** Number of sentences from one of dev to the next, in the record of the stage. */
  static final String PERIOD = "period";

  private final String text;
  private final Optional<String> heldOut;
  private final LineFormat format;
  private final Configuration hadoop;
  private Optional<TextSplit> counted = Optional.empty();

  /**
   * @param text path of a text, plain or gzip
   * @param heldOut path of a text for dev and eval; without it they are taken from the first
   * @param format what a line of both holds
   */
  public SplitText(String text, Optional<String> heldOut, LineFormat format, Configuration hadoop) {
    this.text = text;
    this.heldOut = heldOut;
    this.format = format;
    this.hadoop = hadoop;
  }

  /** Name of the file of a part. */
  public static String file(TextPart part) {
    return part.label() + ".txt";
  }

  /**
   * The stage that writes the files.
   *
   * @throws UserError when a text is missing
   */
  public Stage stage(long seed) {
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("compress.line-format", format.name());
    settings.put("compress.held-out-sentences", Integer.toString(TextSplit.MOST_HELD_OUT));
    TreeMap<String, String> digests = new TreeMap<>();
    digests.put("compress.text", digest(text));
    heldOut.ifPresent(path -> digests.put("compress.held-out", digest(path)));
    return new Stage(
        StageCommand.PREPARE,
        new StageInputs(NAME, seed, settings, digests),
        Folders.TEXT,
        java.util.List.of(),
        this);
  }

  private String digest(String path) {
    try {
      Path file = HadoopPath.of(path);
      FileSystem files = file.getFileSystem(hadoop);
      if (!files.getFileStatus(file).isFile()) {
        throw new UserError("%s is a folder; give a text file".formatted(path));
      }
      return HadoopFolder.digest(path, hadoop);
    } catch (FileNotFoundException e) {
      throw new UserError("there is no text file " + path, e);
    } catch (IOException e) {
      throw new UserError("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * The digests of the files, which are not written.
   *
   * @throws UserError when a text has too few sentences
   * @throws IllegalArgumentException naming the line that cannot be read
   */
  public Map<TextPart, String> digests() throws IOException {
    Map<TextPart, DigestSink> sinks = new EnumMap<>(TextPart.class);
    for (TextPart part : TextPart.values()) {
      sinks.put(part, new DigestSink());
    }
    write(sinks);
    Map<TextPart, String> digests = new EnumMap<>(TextPart.class);
    sinks.forEach((part, sink) -> digests.put(part, sink.digest()));
    return digests;
  }

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    Map<TextPart, OutputStream> streams = new EnumMap<>(TextPart.class);
    Map<TextPart, Long> sentences;
    try (OutputStream train = folder.create(file(TextPart.TRAIN));
        OutputStream dev = folder.create(file(TextPart.DEV));
        OutputStream eval = folder.create(file(TextPart.EVAL))) {
      streams.put(TextPart.TRAIN, train);
      streams.put(TextPart.DEV, dev);
      streams.put(TextPart.EVAL, eval);
      sentences = write(streams);
    }
    Map<String, Double> counts = new TreeMap<>();
    sentences.forEach((part, count) -> counts.put(part.label() + "-sentences", (double) count));
    counts.put(PERIOD, (double) split().period());
    return counts;
  }

  /** How the text is split, as a sentence. */
  String described(long period) {
    if (heldOut.isEmpty()) {
      return "Of %s every %dth sentence is dev, every %dth eval, and the rest train."
          .formatted(text, period, period);
    }
    return period == 2
        ? "%s is train; the sentences of %s are dev and eval by turns."
            .formatted(text, heldOut.get())
        : "%s is train; of %s every %dth sentence is dev and every %dth eval."
            .formatted(text, heldOut.get(), period, period);
  }

  /** The split of the text that dev and eval are taken from. */
  private TextSplit split() throws IOException {
    if (counted.isEmpty()) {
      long sentences = count(text, TextSplit.FEWEST);
      counted =
          Optional.of(
              heldOut.isEmpty()
                  ? TextSplit.of(sentences)
                  : TextSplit.ofHeldOut(count(heldOut.get(), TextSplit.FEWEST_HELD_OUT)));
    }
    return counted.get();
  }

  private long count(String path, int fewest) throws IOException {
    long sentences = read(path, (sentence, line) -> {});
    if (sentences < fewest) {
      throw new UserError(
          "%s has %d sentences (lines with a word); compress needs at least %d"
              .formatted(path, sentences, fewest));
    }
    return sentences;
  }

  private Map<TextPart, Long> write(Map<TextPart, ? extends OutputStream> streams)
      throws IOException {
    TextSplit split = split();
    Map<TextPart, Long> sentences = new EnumMap<>(TextPart.class);
    if (heldOut.isEmpty()) {
      read(text, (sentence, line) -> put(split.part(sentence), line, streams, sentences));
    } else {
      read(text, (sentence, line) -> put(TextPart.TRAIN, line, streams, sentences));
      read(
          heldOut.get(),
          (sentence, line) -> {
            if (split.part(sentence) != TextPart.TRAIN) {
              put(split.part(sentence), line, streams, sentences);
            }
          });
    }
    return sentences;
  }

  private static void put(
      TextPart part,
      String line,
      Map<TextPart, ? extends OutputStream> streams,
      Map<TextPart, Long> sentences)
      throws IOException {
    streams.get(part).write(line.getBytes(StandardCharsets.UTF_8));
    sentences.merge(part, 1L, Long::sum);
  }

  /** Takes a sentence. */
  private interface Sink {
    /**
     * @param sentence its number, counted from 0
     * @param line its words, with a space between them and a line feed at the end
     */
    void take(long sentence, String line) throws IOException;
  }

  /** Reads a text and returns the number of its sentences. */
  private long read(String path, Sink sink) throws IOException {
    Path file = HadoopPath.of(path);
    long sentences = 0;
    try (InputStream raw = file.getFileSystem(hadoop).open(file);
        InputStream in = path.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
      SentenceReader reader = new SentenceReader(in, path, format);
      while (reader.hasNext()) {
        sink.take(sentences, String.join(" ", reader.next().words()) + '\n');
        sentences++;
      }
    }
    return sentences;
  }
}
