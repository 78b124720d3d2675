package org.bitlattice.jobs.job;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file, or a folder of files, that appears whole or not at all: it is written under a name beside
 * its own and renamed by {@link #keep()}. Closed without that, it leaves nothing behind.
 */
public final class WholeOutput implements Closeable {
  private final String name;
  private final FileSystem files;
  private final Path target;
  private final Path partial;
  private OutputStream stream;

  private WholeOutput(String name, FileSystem files, Path target) {
    this.name = name;
    this.files = files;
    this.target = target;
    this.partial = new Path(target.getParent(), "." + target.getName() + ".partial");
  }

  /**
   * Opens a file, which replaces an older one when it is kept. It is compressed when its name ends
   * with {@code .gz}.
   *
   * @throws UserError when there is something at the path that is not a plain file, or it cannot be
   *     written
   */
  public static WholeOutput file(String path, Configuration configuration) {
    try {
      WholeOutput output = at(path, configuration);
      output.requirePlainFile();
      OutputStream out =
          new BufferedOutputStream(output.files.create(output.partial, true), 1 << 16);
      output.stream = path.endsWith(".gz") ? new GZIPOutputStream(out, 1 << 16) : out;
      return output;
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  /**
   * Opens a folder that does not exist yet.
   *
   * @throws UserError when there is something at the path, or it cannot be written
   */
  public static WholeOutput folder(String path, Configuration configuration) {
    try {
      WholeOutput output = at(path, configuration);
      if (output.files.exists(output.target)) {
        throw new UserError("%s exists already; give a folder that does not".formatted(path));
      }
      output.files.delete(output.partial, true);
      if (!output.files.mkdirs(output.partial)) {
        throw new IOException("the folder cannot be made");
      }
      return output;
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private static WholeOutput at(String path, Configuration configuration) throws IOException {
    try {
      Path given = HadoopPath.of(path);
      FileSystem files = given.getFileSystem(configuration);
      files.setWriteChecksum(false);
      Path target = files.makeQualified(given);
      if (target.getParent() == null) {
        throw new UserError("cannot write to %s: it is the root of a file system".formatted(path));
      }
      return new WholeOutput(path, files, target);
    } catch (IllegalArgumentException e) {
      throw new UserError("cannot use the path %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Renaming over a folder, a device or a link would destroy what is not ours. */
  private void requirePlainFile() throws IOException {
    boolean inTheWay;
    if (target.toUri().getScheme().equals("file")) {
      java.nio.file.Path local = java.nio.file.Path.of(target.toUri().getPath());
      inTheWay =
          Files.exists(local, LinkOption.NOFOLLOW_LINKS)
              && !Files.isRegularFile(local, LinkOption.NOFOLLOW_LINKS);
    } else {
      inTheWay = files.exists(target) && !files.getFileStatus(target).isFile();
    }
    if (inTheWay) {
      throw new UserError("cannot write %s: it exists and is not a plain file".formatted(name));
    }
  }

  private static UserError cannotWrite(String path, IOException e) {
    return new UserError("cannot write %s: %s".formatted(path, e.getMessage()), e);
  }

  /** Takes the bytes of the file. */
  public OutputStream stream() {
    return stream;
  }

  /** Opens a file in the folder; the caller closes it. */
  public OutputStream create(String file) throws IOException {
    return new BufferedOutputStream(files.create(new Path(partial, file), true), 1 << 16);
  }

  /** The folder under the name that it has until it is kept. */
  public HadoopFolder folder() {
    return new HadoopFolder(files, partial);
  }

  /**
   * Gives the output its name; nothing can be written after that.
   *
   * @throws UserError when that fails
   */
  public void keep() {
    try {
      if (stream != null) {
        stream.close();
        files.delete(target, false);
      }
      if (!files.rename(partial, target)) {
        throw new IOException("cannot rename " + partial.getName());
      }
    } catch (IOException e) {
      throw cannotWrite(name, e);
    }
  }

  /** Deletes what was not kept. */
  @Override
  public void close() throws IOException {
    try {
      if (stream != null) {
        stream.close();
      }
    } finally {
      files.delete(partial, true);
    }
  }
}
