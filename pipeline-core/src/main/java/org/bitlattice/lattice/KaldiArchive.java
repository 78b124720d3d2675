package org.bitlattice.lattice;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.ZipException;
import org.bitlattice.lattice.KaldiInput.Place;

/**
 * Streams the lattices of a Kaldi archive, {@code CompactLattice} or {@code Lattice}, binary or
 * text, plain or compressed by gzip: {@code utterance lattice utterance lattice …}.
 *
 * <p>A text lattice that cannot be read costs itself alone: the archive goes on after the next
 * empty line. So does a binary one that is whole but makes no sense, such as an arc to a state that
 * is not there. Where a binary lattice is broken, nothing tells where the next one begins: that is
 * damage of the archive, and ends it. So does a compressed file that is cut off.
 */
public final class KaldiArchive implements Closeable {
  static final int LONGEST_KEY = 4096;

  private final InputStream in;
  private final String file;
  private final KaldiInput input;
  private Optional<LatticeException> damage = Optional.empty();
  private boolean ended;

  /**
   * One lattice of the archive, or the reason why it could not be read.
   *
   * @param utterance its key
   * @param keyOffset place of the key's first byte in the unpacked file
   * @param offset place of the lattice's first byte, as a script file names it
   * @param position where the lattice begins, as "line 12" or "byte 4711"
   */
  public record Entry(
      String utterance,
      long keyOffset,
      long offset,
      String position,
      Optional<KaldiLattice> lattice,
      Optional<LatticeException> failure) {

    /**
     * The lattice.
     *
     * @throws LatticeException the reason why there is none
     */
    public KaldiLattice orThrow() {
      return lattice.orElseThrow(failure::orElseThrow);
    }
  }

  private KaldiArchive(InputStream in, String file, Place begin) {
    this.in = in;
    this.file = file;
    this.input = new KaldiInput(in, begin);
  }

  /**
   * Opens an archive at its beginning.
   *
   * @param raw the bytes of the file, closed with the archive
   * @param file name for messages
   * @throws IOException when the beginning cannot be read
   */
  public static KaldiArchive open(InputStream raw, String file) throws IOException {
    try {
      return new KaldiArchive(KaldiInput.unpacked(raw), file, Place.BEGINNING);
    } catch (EOFException | ZipException e) {
      raw.close();
      throw new IOException(file + ": damaged or cut off at its beginning", e);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Opens an archive that is not compressed at the first byte of a key.
   *
   * @param raw the bytes from there on
   */
  static KaldiArchive openAt(InputStream raw, String file, Place begin) {
    return new KaldiArchive(raw, file, begin);
  }

  /**
   * Reads the lattice at a place that a script file names: just the lattice, without key.
   *
   * @throws IOException when reading fails
   */
  static Entry single(InputStream raw, String file, long offset, String utterance)
      throws IOException {
    InputStream in = offset == 0 ? KaldiInput.unpacked(raw) : raw;
    Place begin = offset == 0 ? Place.BEGINNING : new Place(offset, 0);
    KaldiArchive archive = new KaldiArchive(in, file, begin);
    try {
      return archive.entry(utterance, offset);
    } catch (IOException e) {
      return archive.failed(utterance, offset, archive.cutOff(utterance, e));
    } catch (Damage e) {
      return archive.failed(utterance, offset, e.failure());
    }
  }

  /**
   * The next lattice; empty at the end and where damage makes the rest unreadable.
   *
   * @throws IOException when reading fails for another reason than damage
   */
  public Optional<Entry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    String key = "";
    try {
      skipSpace();
      if (input.peek() < 0) {
        ended = true;
        return Optional.empty();
      }
      long keyOffset = input.offset();
      key = key();
      return Optional.of(entry(key, keyOffset));
    } catch (EOFException | ZipException e) {
      return end(cutOff(key, e));
    } catch (Damage e) {
      return end(e.failure());
    }
  }

  /**
   * Passes over a lattice; of a text lattice only lines are looked at, of a binary one only
   * lengths.
   *
   * @return place of its key; empty at the end and where damage makes the rest unreadable
   * @throws IOException when reading fails for another reason than damage
   */
  Optional<Place> skip() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    String key = "";
    try {
      skipSpace();
      if (input.peek() < 0) {
        ended = true;
        return Optional.empty();
      }
      Place begin = input.place();
      key = key();
      if (beginsBinary(key)) {
        KaldiBinary.skip(input, key, file);
      } else {
        KaldiText.skip(input, key, file);
      }
      return Optional.of(begin);
    } catch (EOFException | ZipException e) {
      end(cutOff(key, e));
    } catch (Damage e) {
      end(e.failure());
    }
    return Optional.empty();
  }

  /** What made the rest of the archive unreadable, once {@link #next()} has come to an end. */
  public Optional<LatticeException> damage() {
    return damage;
  }

  private Optional<Entry> end(LatticeException reason) {
    ended = true;
    damage = Optional.of(reason);
    return Optional.empty();
  }

  private LatticeException cutOff(String utterance, Exception e) {
    return LatticeException.atByte(
        utterance,
        file,
        input.offset(),
        "damaged or cut off%s: %s"
            .formatted(
                utterance.isEmpty() ? "" : " in utterance " + utterance, SlfStream.reason(e)));
  }

  private void skipSpace() throws IOException {
    for (int next = input.peek(); next >= 0 && next <= ' ' && next > 0; next = input.peek()) {
      input.read();
    }
  }

  private String key() throws IOException {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    long begin = input.offset();
    for (int next = input.peek(); next > ' ' || next == 0; next = input.peek()) {
      if (key.size() == LONGEST_KEY || next == 0) {
        throw new Damage(
            LatticeException.atByte(
                "",
                file,
                begin,
                "there is no utterance name of at most %d bytes: this is not a Kaldi archive, or the lattice before is damaged"
                    .formatted(LONGEST_KEY)));
      }
      key.write(input.read());
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(key.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Damage(
          LatticeException.atByte("", file, begin, "the utterance's name is not text in UTF-8"));
    }
  }

  /**
   * Kaldi takes one space or tab after the key; a text lattice may begin with a line feed. What is
   * neither binary nor text is damage: no empty line can be hoped for.
   */
  private boolean beginsBinary(String utterance) throws IOException {
    if (input.peek() == ' ' || input.peek() == '\t') {
      input.read();
    }
    long offset = input.offset();
    boolean zero = input.peek() == 0;
    boolean marked = false;
    if (zero) {
      input.read();
      marked = input.read() == 'B';
    }
    int first = input.peek();
    if (first < 0) {
      throw new EOFException("the file ends where a lattice should begin");
    }
    boolean binary = first == KaldiBinary.FIRST_BYTE;
    boolean text =
        (first >= ' ' && first <= '~') || first == '\t' || first == '\n' || first == '\r';
    if (zero ? !(marked && binary) : !(binary || text)) {
      throw new Damage(
          LatticeException.atByte(
              utterance,
              file,
              offset,
              "utterance %s: what begins here is neither a binary nor a text lattice"
                  .formatted(utterance)));
    }
    return binary;
  }

  private Entry entry(String utterance, long keyOffset) throws IOException {
    boolean binary = beginsBinary(utterance);
    Place begin = input.place();
    long offset = begin.offset();
    boolean byLine = !binary && begin.line() > 0;
    String position = byLine ? "line " + begin.line() : "byte " + offset;
    try {
      KaldiLattice lattice =
          binary
              ? KaldiBinary.read(input, utterance, file)
              : new KaldiText(input, utterance, file).read();
      return new Entry(
          utterance, keyOffset, offset, position, Optional.of(lattice), Optional.empty());
    } catch (LatticeException e) {
      return new Entry(utterance, keyOffset, offset, position, Optional.empty(), Optional.of(e));
    }
  }

  private Entry failed(String utterance, long offset, LatticeException failure) {
    return new Entry(
        utterance, offset, offset, "byte " + offset, Optional.empty(), Optional.of(failure));
  }

  /** The place after a binary lattice is unknown. */
  static final class Damage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LatticeException failure;

    Damage(LatticeException failure) {
      super(failure);
      this.failure = failure;
    }

    LatticeException failure() {
      return failure;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
