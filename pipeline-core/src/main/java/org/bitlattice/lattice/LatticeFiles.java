package org.bitlattice.lattice;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Files by their paths, wherever they lie. */
public interface LatticeFiles {
  /**
   * Opens a file at a place.
   *
   * @param offset bytes that are passed over
   * @throws IOException when there is no such file, or it cannot be read
   */
  InputStream open(String path, long offset) throws IOException;

  /**
   * Whether a path is a folder.
   *
   * @throws IOException when there is nothing at the path
   */
  boolean isFolder(String path) throws IOException;

  /** Paths of the plain files in a folder, in the order of their names. */
  List<String> list(String folder) throws IOException;
}
