package org.bitlattice.jobs.job;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.lattice.LatticeFiles;

/** Files of lattices on any Hadoop file system ({@code file:}, {@code hdfs:}, {@code s3a:}). */
public final class HadoopLatticeFiles implements LatticeFiles {
  private final Configuration configuration;
  private final String workingFolder;

  /** Files by the file systems of a configuration; relative paths begin where this process runs. */
  public HadoopLatticeFiles(Configuration configuration) {
    this(configuration, workingFolder(configuration));
  }

  /**
   * Files by the file systems of a configuration.
   *
   * @param workingFolder where relative paths begin: in a task the driver's, since an executor runs
   *     in a folder of its own
   */
  public HadoopLatticeFiles(Configuration configuration, String workingFolder) {
    this.configuration = configuration;
    this.workingFolder = workingFolder;
  }

  /** Where relative paths begin in this process, by the default file system. */
  public static String workingFolder(Configuration configuration) {
    try {
      return FileSystem.get(configuration).getWorkingDirectory().toString();
    } catch (IOException e) {
      throw new UserError("cannot use the default file system: " + e.getMessage(), e);
    }
  }

  @Override
  public InputStream open(String path, long offset) throws IOException {
    Path file = path(path);
    FSDataInputStream in = files(file).open(file);
    try {
      if (offset > 0) {
        in.seek(offset);
      }
      return in;
    } catch (EOFException e) {
      in.close();
      throw new EOFException("%s is shorter than %d bytes".formatted(path, offset));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public boolean isFolder(String path) throws IOException {
    Path file = path(path);
    return files(file).getFileStatus(file).isDirectory();
  }

  @Override
  public List<String> list(String folder) throws IOException {
    Path path = path(folder);
    List<Path> found = new ArrayList<>();
    for (FileStatus status : files(path).listStatus(path)) {
      if (status.isFile()) {
        found.add(status.getPath());
      }
    }
    found.sort(null);
    return found.stream().map(Path::toString).toList();
  }

  private FileSystem files(Path path) throws IOException {
    return path.getFileSystem(configuration);
  }

  private Path path(String path) {
    Path given = HadoopPath.of(path);
    return given.isAbsolute() ? given : new Path(workingFolder, given);
  }
}
