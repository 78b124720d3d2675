package org.bitlattice.lm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model folder on a local disk. */
public record LocalModelFiles(Path folder) implements ModelFiles {
  @Override
  public InputStream open(String name) throws IOException {
    return new BufferedInputStream(Files.newInputStream(folder.resolve(name)));
  }

  @Override
  public long length(String name) throws IOException {
    return Files.size(folder.resolve(name));
  }

  @Override
  public boolean exists(String name) {
    return Files.isRegularFile(folder.resolve(name));
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Files.createDirectories(folder);
    return new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)));
  }

  @Override
  public String location(String name) {
    return folder.resolve(name).toString();
  }
}
