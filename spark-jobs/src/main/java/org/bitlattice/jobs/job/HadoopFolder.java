package org.bitlattice.jobs.job;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.run.Digest;

/** A folder on any Hadoop file system ({@code file:}, {@code hdfs:}, {@code s3a:}). */
public final class HadoopFolder implements ModelFiles {
  private static final long LARGEST_CONTENT = 16 << 20;
  private static final String REFUSED = "the file system refuses it";

  private static final FileStatus[] NOTHING = new FileStatus[0];

  private final FileSystem files;
  private final Path folder;

  HadoopFolder(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * The folder at a path, which need not exist yet.
   *
   * @throws UserError when the path holds credentials or its file system is not available
   */
  public static HadoopFolder at(String path, Configuration configuration) {
    try {
      Path folder = HadoopPath.of(path);
      FileSystem files = folder.getFileSystem(configuration);
      files.setWriteChecksum(false);
      return new HadoopFolder(files, files.makeQualified(folder));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError("cannot use the path %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** A folder below this one. */
  public HadoopFolder folder(String name) {
    return new HadoopFolder(files, new Path(folder, name));
  }

  /** The full path. */
  public String path() {
    return folder.toString();
  }

  /** Full path of a file or folder below this one. */
  @Override
  public String location(String name) {
    return new Path(folder, name).toString();
  }

  @Override
  public InputStream open(String name) throws IOException {
    return new BufferedInputStream(files.open(new Path(folder, name)), 1 << 16);
  }

  @Override
  public long length(String name) throws IOException {
    return files.getFileStatus(new Path(folder, name)).getLen();
  }

  @Override
  public boolean exists(String name) throws IOException {
    return files.exists(new Path(folder, name));
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return new BufferedOutputStream(files.create(new Path(folder, name), true), 1 << 16);
  }

  /**
   * Writes a new file; two processes that try at once both succeed only where {@link
   * #createsAtomically} is false.
   *
   * @return false when there is such a file already
   */
  boolean createNew(String name, byte[] bytes) throws IOException {
    Path file = new Path(folder, name);
    try (OutputStream out = isLocal() ? createNewLocal(file) : files.create(file, false)) {
      out.write(bytes);
      return true;
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Hadoop looks first and creates then; the operating system does both in one step. */
  private static OutputStream createNewLocal(Path file) throws IOException {
    return Files.newOutputStream(
        java.nio.file.Path.of(file.toUri().getPath()), StandardOpenOption.CREATE_NEW);
  }

  /** Whether of two processes that create the same file only one succeeds. */
  boolean createsAtomically() {
    return isLocal() || files.getScheme().endsWith("hdfs");
  }

  private boolean isLocal() {
    return files.getScheme().equals("file");
  }

  /** Whether the folder itself exists. */
  public boolean exists() {
    try {
      return files.exists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + folder, e);
    }
  }

  /**
   * Creates the folder and its parents.
   *
   * @throws UserError when that fails for another reason than a lack of room
   * @throws UncheckedIOException when there is no room, or none that may be written to
   */
  public void create() {
    try {
      if (!files.mkdirs(folder)) {
        createOrSayWhyNot();
      }
    } catch (IOException e) {
      String message = "cannot create the folder %s: %s".formatted(folder, e.getMessage());
      throw Failure.isNoRoom(e) ? new UncheckedIOException(message, e) : new UserError(message, e);
    }
  }

  private void createOrSayWhyNot() throws IOException {
    if (!isLocal()) {
      throw new IOException(REFUSED);
    }
    Files.createDirectories(localPath());
  }

  /**
   * Deletes the folder and all that is in it; does nothing when it is absent.
   *
   * @throws UncheckedIOException when it is still there afterwards
   */
  public void delete() {
    try {
      if (!files.delete(folder, true) && files.exists(folder)) {
        deleteOrSayWhyNot();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Hadoop's local file system only says that it failed; the operating system says why. */
  private void deleteOrSayWhyNot() throws IOException {
    if (!isLocal()) {
      throw new IOException(REFUSED);
    }
    try {
      Files.deleteIfExists(localPath());
    } catch (DirectoryNotEmptyException e) {
      throw new IOException("something in it cannot be deleted", e);
    }
  }

  private java.nio.file.Path localPath() {
    return java.nio.file.Path.of(folder.toUri().getPath());
  }

  /** Deletes one file or folder below this one; does nothing when it is absent. */
  public void delete(String name) {
    folder(name).delete();
  }

  /** Names of the entries, sorted; empty when the folder is absent. */
  public List<String> names() {
    try {
      if (!files.exists(folder)) {
        return List.of();
      }
      List<String> names = new ArrayList<>();
      for (FileStatus status : files.listStatus(folder)) {
        names.add(status.getPath().getName());
      }
      names.sort(null);
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /**
   * Names of the folders in this one, sorted; empty when it is absent. On a local file system links
   * are left out, so that no folder is met under two names.
   */
  public List<String> folders() {
    try {
      List<String> names = new ArrayList<>();
      for (FileStatus status : files.exists(folder) ? files.listStatus(folder) : NOTHING) {
        if (status.isDirectory() && !isLink(status.getPath())) {
          names.add(status.getPath().getName());
        }
      }
      names.sort(null);
      return names;
    } catch (IOException e) {
      throw new UserError("cannot list %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private boolean isLink(Path path) {
    return isLocal() && Files.isSymbolicLink(java.nio.file.Path.of(path.toUri().getPath()));
  }

  /** Whether this is a file and no folder. */
  public boolean isFile() {
    try {
      return files.exists(folder) && files.getFileStatus(folder).isFile();
    } catch (IOException e) {
      throw new UserError("cannot look at %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * When a file was written, by the clock of the file system.
   *
   * @throws UserError when there is no such file
   */
  public Instant modified(String name) {
    try {
      return Instant.ofEpochMilli(
          files.getFileStatus(new Path(folder, name)).getModificationTime());
    } catch (IOException e) {
      throw new UserError("cannot look at %s: %s".formatted(location(name), e.getMessage()), e);
    }
  }

  /** Reads a text file as UTF-8. */
  public String readText(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UserError("cannot read %s: %s".formatted(location(name), e.getMessage()), e);
    }
  }

  /**
   * Writes a text file as UTF-8 so that it appears whole or not at all: into a file beside it,
   * which is then renamed.
   */
  public void writeText(String name, String text) {
    Path target = new Path(folder, name);
    Path partial = new Path(folder, "." + name + ".partial");
    try {
      try (OutputStream out = files.create(partial, true)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      replace(partial, target);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target, e);
    }
  }

  /**
   * Writes a file from a task, so that it appears whole or not at all. The task may run twice at
   * the same time (speculation) or again after its executor was lost, and every attempt must write
   * the same bytes: the first that is whole stays.
   *
   * @param attempt a number that no other attempt has
   */
  public void writeOnce(String name, long attempt, byte[] bytes) throws IOException {
    Path target = new Path(folder, name);
    Path partial = new Path(folder, ".%s.%d.partial".formatted(name, attempt));
    try {
      try (OutputStream out = files.create(partial, true)) {
        out.write(bytes);
      }
      if (!files.rename(partial, target) && !files.exists(target)) {
        throw new IOException("cannot rename %s to %s".formatted(partial, target));
      }
    } finally {
      files.delete(partial, false);
    }
  }

  /** Renames a folder below this one, replacing what has the new name. */
  public void rename(String from, String to) {
    try {
      replace(new Path(folder, from), new Path(folder, to));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot rename %s to %s in %s".formatted(from, to, folder), e);
    }
  }

  private void replace(Path from, Path to) throws IOException {
    files.delete(to, true);
    if (!files.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }

  /**
   * Digest of the content of a file, or of the names and contents of all files below a folder, in
   * the order of their names.
   *
   * @throws UserError when there is no such file or folder, or the path holds credentials
   */
  public static String digest(String path, Configuration configuration) {
    try {
      Path root = HadoopPath.of(path);
      FileSystem files = root.getFileSystem(configuration);
      if (!files.exists(root)) {
        throw new UserError("there is no file or folder " + path);
      }
      return digest(files, files.getFileStatus(root));
    } catch (IOException e) {
      throw new UserError("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * Content of a small file at a path of its own.
   *
   * @throws UserError when there is none, it is larger than 16 MiB, or it cannot be read
   */
  public static byte[] content(String path, Configuration configuration) {
    try {
      Path file = HadoopPath.of(path);
      FileSystem files = file.getFileSystem(configuration);
      if (!files.exists(file) || !files.getFileStatus(file).isFile()) {
        throw new UserError("there is no file " + path);
      }
      long length = files.getFileStatus(file).getLen();
      if (length > LARGEST_CONTENT) {
        throw new UserError(
            "%s has %d bytes; a file of this kind has at most %d"
                .formatted(path, length, LARGEST_CONTENT));
      }
      try (InputStream in = files.open(file)) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new UserError("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static String digest(FileSystem files, FileStatus status) throws IOException {
    if (status.isFile()) {
      try (InputStream in = files.open(status.getPath())) {
        return Digest.of(in);
      }
    }
    FileStatus[] children = files.listStatus(status.getPath());
    Arrays.sort(children);
    StringBuilder all = new StringBuilder();
    for (FileStatus child : children) {
      all.append(child.getPath().getName()).append(' ').append(digest(files, child)).append('\n');
    }
    return Digest.of(all.toString());
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
