package org.bitlattice.scoring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * A transcript file of NIST's scoring tools: UTF-8, one utterance a line, {@code word word …
 * (utterance-id)}. An utterance may have no words. As in {@code sclite}, blank lines and lines that
 * start with {@code ;;} are skipped. Ids are unique and case matters in them.
 */
public final class TrnFile implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String SPACES = " \t\n\u000b\f\r";

  private final String location;
  private final LinkedHashMap<String, Utterance> utterances;

  private TrnFile(String location, LinkedHashMap<String, Utterance> utterances) {
    this.location = location;
    this.utterances = utterances;
  }

  /**
   * A transcript with the given utterances in their order.
   *
   * @param location what to call it in error messages
   * @throws IllegalArgumentException when two utterances have the same id
   */
  public static TrnFile of(Iterable<Utterance> utterances, String location) {
    LinkedHashMap<String, Utterance> byId = new LinkedHashMap<>();
    for (Utterance utterance : utterances) {
      if (byId.putIfAbsent(utterance.id(), utterance) != null) {
        throw new IllegalArgumentException(
            "%s: utterance %s stands in it twice; an utterance has one transcript"
                .formatted(location, utterance.id()));
      }
    }
    return new TrnFile(location, byId);
  }

  /**
   * Reads a transcript to the end of the stream, which stays open.
   *
   * @param location the file's name, for error messages
   * @throws IllegalArgumentException naming file and line when bytes are not UTF-8, a line has no
   *     id at its end, an id occurs twice, or a word is one of the notations that {@link Utterance}
   *     refuses
   * @throws IOException when the stream fails
   */
  public static TrnFile read(InputStream in, String location) throws IOException {
    byte[] bytes = in.readAllBytes();
    LinkedHashMap<String, Utterance> utterances = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    int number = 0;
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      number++;
      Utterance utterance = parsed(ByteBuffer.wrap(bytes, start, end - start), location, number);
      start = end + 1;
      if (utterance == null) {
        continue;
      }
      Integer earlier = lines.putIfAbsent(utterance.id(), number);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "%s:%d: utterance %s stands in line %d already; an utterance has one transcript"
                .formatted(location, number, utterance.id(), earlier));
      }
      utterances.put(utterance.id(), utterance);
    }
    return new TrnFile(location, utterances);
  }

  private static Utterance parsed(ByteBuffer bytes, String location, int number) {
    String line = decoded(bytes, location, number);
    List<String> tokens = new ArrayList<>();
    StringTokenizer tokenizer = new StringTokenizer(line, SPACES);
    while (tokenizer.hasMoreTokens()) {
      tokens.add(tokenizer.nextToken());
    }
    if (tokens.isEmpty() || line.startsWith(";;")) {
      return null;
    }
    String last = tokens.remove(tokens.size() - 1);
    if (last.length() < 3 || !last.startsWith("(") || !last.endsWith(")")) {
      throw new IllegalArgumentException(
          "%s:%d: the line ends with \"%s\"; a transcript line is: word word ... (utterance-id)"
              .formatted(location, number, last));
    }
    try {
      return new Utterance(last.substring(1, last.length() - 1), tokens);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s:%d: %s".formatted(location, number, e.getMessage()), e);
    }
  }

  private static String decoded(ByteBuffer bytes, String location, int number) {
    String line;
    try {
      line = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s:%d: the line is not UTF-8; transcripts are UTF-8 text".formatted(location, number),
          e);
    }
    if (number == 1 && line.startsWith("\ufeff")) {
      throw new IllegalArgumentException(
          "%s:1: the file starts with a byte order mark; save it as UTF-8 without one"
              .formatted(location));
    }
    return line;
  }

  /**
   * Writes the transcript as UTF-8 with line feeds; the stream is flushed and stays open.
   *
   * @throws IOException when the stream fails
   */
  public void write(OutputStream out) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Utterance utterance : utterances.values()) {
      for (String word : utterance.words()) {
        text.append(word).append(' ');
      }
      text.append('(').append(utterance.id()).append(")\n");
    }
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** What the transcript is called in error messages. */
  public String location() {
    return location;
  }

  /** Number of utterances. */
  public int size() {
    return utterances.size();
  }

  /** The utterances in the order of the file. */
  public Collection<Utterance> utterances() {
    return Collections.unmodifiableCollection(utterances.values());
  }

  /** Whether there is an utterance with this id. */
  public boolean contains(String id) {
    return utterances.containsKey(id);
  }

  /**
   * The words of an utterance.
   *
   * @throws IllegalArgumentException naming file and id when the utterance is missing
   */
  public List<String> words(String id) {
    Utterance utterance = utterances.get(id);
    if (utterance == null) {
      throw new IllegalArgumentException(
          "%s has no transcript of utterance %s".formatted(location, id));
    }
    return utterance.words();
  }
}
