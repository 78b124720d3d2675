package org.bitlattice.jobs.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.Sentence;
import org.bitlattice.text.SentenceParser;

/**
 * A text file as an RDD of sentences with their line numbers. Hadoop splits plain files and unpacks
 * compressed ones, which are one split each; {@code zipWithIndex} numbers the lines, so that
 * numbers do not depend on the splits. Lines are kept as bytes until they are parsed, because
 * decoding them as {@code Text} would silently replace bad UTF-8.
 */
final class TextFile {
  private final String path;
  private final SentenceParser parser;
  private final JavaRDD<NumberedLine> lines;

  private TextFile(String path, SentenceParser parser, JavaRDD<NumberedLine> lines) {
    this.path = path;
    this.parser = parser;
    this.lines = lines;
  }

  /**
   * Opens a text file.
   *
   * @param key config key that names the file, for error messages
   * @throws IllegalArgumentException when there is no such file, or the path is a folder
   */
  static TextFile open(JavaSparkContext context, String key, String path, LineFormat format) {
    requireFile(context.hadoopConfiguration(), key, path);
    Configuration configuration = new Configuration(context.hadoopConfiguration());
    configuration.set("textinputformat.record.delimiter", "\n");
    JavaRDD<NumberedLine> lines =
        context
            .newAPIHadoopFile(
                path, TextInputFormat.class, LongWritable.class, Text.class, configuration)
            .map(record -> record._2().copyBytes())
            .zipWithIndex()
            .map(line -> new NumberedLine(line._2() + 1, line._1()));
    return new TextFile(path, new SentenceParser(format, path), lines);
  }

  /**
   * Refuses a path that is no file.
   *
   * @throws IllegalArgumentException naming the config key
   */
  static void requireFile(Configuration configuration, String key, String path) {
    try {
      Path file = HadoopPath.of(path);
      FileStatus status = file.getFileSystem(configuration).getFileStatus(file);
      if (!status.isFile()) {
        throw new IllegalArgumentException(
            "%s = \"%s\" is a folder; a text file is needed".formatted(key, path));
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException("%s = \"%s\" does not exist".formatted(key, path), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s = \"%s\"".formatted(key, path), e);
    }
  }

  String path() {
    return path;
  }

  /**
   * Reads the whole text once.
   *
   * @throws IllegalArgumentException for the first line that cannot be parsed, or when no line
   *     holds a word
   */
  TextScan scan() {
    SentenceParser lineParser = parser;
    TextScan scan =
        lines.aggregate(
            TextScan.NOTHING, (part, line) -> part.and(line, lineParser), TextScan::and);
    if (!scan.problem().isEmpty()) {
      throw new IllegalArgumentException(scan.problem());
    }
    if (scan.sentences() == 0) {
      throw new IllegalArgumentException(
          "%s: none of its %d lines holds a word".formatted(path, scan.lines()));
    }
    return scan;
  }

  /** The lines with words, in the order of the file. */
  JavaRDD<Sentence> sentences() {
    SentenceParser lineParser = parser;
    return lines
        .map(line -> lineParser.parse(line.bytes(), line.bytes().length, line.number()))
        .filter(sentence -> !sentence.empty());
  }
}
