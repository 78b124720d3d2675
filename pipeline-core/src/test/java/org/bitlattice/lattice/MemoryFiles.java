package org.bitlattice.lattice;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;

/** Files in memory; a path with others below it is a folder. */
record MemoryFiles(Map<String, byte[]> contents) implements LatticeFiles {
  @Override
  public InputStream open(String path, long offset) throws IOException {
    byte[] bytes = contents.get(path);
    if (bytes == null) {
      throw new NoSuchFileException(path);
    }
    if (offset > bytes.length) {
      throw new EOFException("%s is shorter than %d bytes".formatted(path, offset));
    }
    return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
  }

  @Override
  public boolean isFolder(String path) throws IOException {
    if (contents.containsKey(path)) {
      return false;
    }
    if (list(path).isEmpty()) {
      throw new NoSuchFileException(path);
    }
    return true;
  }

  @Override
  public List<String> list(String folder) {
    return contents.keySet().stream().filter(p -> p.startsWith(folder + "/")).sorted().toList();
  }
}
