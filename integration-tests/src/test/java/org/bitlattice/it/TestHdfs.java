package org.bitlattice.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;

/** A real HDFS on loopback: a NameNode and two DataNodes, which end with this process. */
final class TestHdfs {
  private static TestHdfs shared;

  private final DistributedFileSystem files;

  private TestHdfs(DistributedFileSystem files) {
    this.files = files;
  }

  /** The HDFS of all tests, started when first asked for. */
  static synchronized TestHdfs shared() {
    if (shared == null) {
      try {
        Path folder = Path.of("target", "hdfs").toAbsolutePath();
        SmallExperiment.delete(folder);
        Configuration configuration = new HdfsConfiguration();
        configuration.set("dfs.namenode.fs-limits.min-block-size", "65536");
        configuration.set("dfs.blocksize", "1048576");
        configuration.set("dfs.replication", "2");
        MiniDFSCluster cluster =
            new MiniDFSCluster.Builder(configuration, folder.toFile()).numDataNodes(2).build();
        cluster.waitActive();
        shared = new TestHdfs(cluster.getFileSystem());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** Address of a path, such as {@code hdfs://localhost:1234/x}. */
  String at(String path) {
    return files.getUri() + path;
  }

  /** Copies a local folder and gives its address. */
  String copy(Path local, String path) {
    try {
      files.copyFromLocalFile(
          false, true, new org.apache.hadoop.fs.Path(local.toUri()), hadoop(path));
      return at(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean exists(String path) {
    try {
      return files.exists(hadoop(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a folder that everybody may read and only its owner may write. */
  void createFolder(String path) {
    try {
      files.mkdirs(hadoop(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets a folder take no more than some bytes, replicas counted; a negative number: any. */
  void limit(String path, long bytes) {
    try {
      files.setQuota(
          hadoop(path),
          HdfsConstants.QUOTA_DONT_SET,
          bytes < 0 ? HdfsConstants.QUOTA_RESET : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Contents of all files below a folder, as text. */
  List<String> contents(String path) {
    List<String> contents = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> all = files.listFiles(hadoop(path), true);
      while (all.hasNext()) {
        try (var in = files.open(all.next().getPath())) {
          contents.add(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }

  private static org.apache.hadoop.fs.Path hadoop(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
