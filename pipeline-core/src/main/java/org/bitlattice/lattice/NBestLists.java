package org.bitlattice.lattice;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.ZipException;

/** The lists of a table that may be compressed, up to where it is damaged. */
final class NBestLists {
  private final InputStream raw;
  private final String file;
  private NBestTsv table;
  private Optional<LatticeException> damage = Optional.empty();

  /**
   * @param raw the bytes of the file; stays open
   * @param file name for messages
   */
  NBestLists(InputStream raw, String file) {
    this.raw = raw;
    this.file = file;
  }

  /**
   * The next list; empty at the end and where damage makes the rest unreadable.
   *
   * @throws IOException when reading fails for another reason than damage
   */
  Optional<NBestTsv.Entry> next() throws IOException {
    if (damage.isPresent()) {
      return Optional.empty();
    }
    try {
      if (table == null) {
        table = new NBestTsv(KaldiInput.unpacked(raw), file);
      }
      return table.next();
    } catch (LatticeException e) {
      damage = Optional.of(e);
    } catch (EOFException | ZipException e) {
      String reason = "damaged or cut off: " + SlfStream.reason(e);
      damage = Optional.of(new LatticeException("", file, 0, reason));
    }
    return Optional.empty();
  }

  /** What made the rest of the table unreadable, once {@link #next()} has come to an end. */
  Optional<LatticeException> damage() {
    return damage;
  }
}
