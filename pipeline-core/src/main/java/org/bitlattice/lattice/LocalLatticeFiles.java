package org.bitlattice.lattice;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the local file system. */
public final class LocalLatticeFiles implements LatticeFiles {
  @Override
  public InputStream open(String path, long offset) throws IOException {
    InputStream in = Files.newInputStream(existing(path));
    try {
      in.skipNBytes(offset);
    } catch (EOFException e) {
      in.close();
      throw new EOFException("%s is shorter than %d bytes".formatted(path, offset));
    }
    return in;
  }

  @Override
  public boolean isFolder(String path) throws IOException {
    return Files.isDirectory(existing(path));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    try (Stream<Path> files = Files.list(existing(folder))) {
      return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  private static Path existing(String path) throws NoSuchFileException {
    Path file = Path.of(path);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(path, null, "there is no such file or folder");
    }
    return file;
  }
}
