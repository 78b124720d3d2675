package org.bitlattice.lm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The files of one model folder, wherever it lies. The core reads and writes models through this
 * door, so that a folder may be on a local disk, HDFS or an object store.
 */
public interface ModelFiles {
  /** Opens a file of the folder. */
  InputStream open(String name) throws IOException;

  /** Length of a file in bytes. */
  long length(String name) throws IOException;

  /** Whether the folder holds the file. */
  boolean exists(String name) throws IOException;

  /** Creates a file, replacing an earlier one of that name. */
  OutputStream create(String name) throws IOException;

  /** Where a file of the folder lies, for messages. */
  String location(String name);
}
