package org.bitlattice.lattice;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Writes an archive of Kaldi lattices as Kaldi itself does. Closing it closes the stream. */
public final class KaldiArchiveWriter implements Closeable {
  /** Form of the archive. */
  public enum Form {
    /** OpenFst machines. */
    BINARY,
    /** One arc a line, costs with six significant digits. */
    TEXT
  }

  private final OutputStream out;
  private final Writer text;
  private final Form form;

  /** An archive in a stream. */
  public KaldiArchiveWriter(OutputStream out, Form form) {
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.text = new OutputStreamWriter(this.out, StandardCharsets.UTF_8);
    this.form = form;
  }

  /**
   * Adds a lattice.
   *
   * @throws IllegalArgumentException when the utterance's name is empty or has white space
   * @throws IOException when the stream fails
   */
  public void write(String utterance, KaldiLattice lattice) throws IOException {
    if (utterance.isEmpty() || utterance.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException(
          "\"%s\" cannot name an utterance of a Kaldi archive: names are not empty and have no white space"
              .formatted(utterance));
    }
    if (form == Form.TEXT) {
      text.write(utterance + " \n");
      KaldiText.write(lattice, text);
      return;
    }
    out.write((utterance + " ").getBytes(StandardCharsets.UTF_8));
    KaldiBinary.write(lattice, new LittleEndianOutput(out));
  }

  @Override
  public void close() throws IOException {
    text.flush();
    out.close();
  }
}
