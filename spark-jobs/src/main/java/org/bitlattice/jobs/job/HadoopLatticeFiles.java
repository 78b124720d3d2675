package org.bitlattice.jobs.job;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.lattice.LatticeFiles;

/** Lattice files on any Hadoop file system. */
public final class HadoopLatticeFiles implements LatticeFiles {
  private final Configuration configuration;

  public HadoopLatticeFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public InputStream open(String path, long offset) throws IOException {
    FileStatus status = status(path);
    if (offset > status.getLen()) {
      throw new EOFException("%s is shorter than %d bytes".formatted(path, offset));
    }
    FSDataInputStream in = files(path).open(status.getPath());
    in.seek(offset);
    return new BufferedInputStream(in, 1 << 16);
  }

  @Override
  public boolean isFolder(String path) throws IOException {
    return status(path).isDirectory();
  }

  @Override
  public List<String> list(String folder) throws IOException {
    FileStatus[] entries = files(folder).listStatus(status(folder).getPath());
    Arrays.sort(entries);
    List<String> paths = new ArrayList<>();
    for (FileStatus entry : entries) {
      if (entry.isFile()) {
        paths.add(entry.getPath().toString());
      }
    }
    return paths;
  }

  private FileStatus status(String path) throws IOException {
    try {
      return files(path).getFileStatus(new Path(path));
    } catch (FileNotFoundException e) {
      throw new FileNotFoundException("there is no file or folder " + path);
    }
  }

  private FileSystem files(String path) throws IOException {
    return new Path(path).getFileSystem(configuration);
  }
}
