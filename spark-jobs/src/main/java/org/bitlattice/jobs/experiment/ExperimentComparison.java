package org.bitlattice.jobs.experiment;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.table.TableComparison;
import org.bitlattice.run.Digest;

/**
 * Whether two experiments, or two folders of experiments, have equal results: equal tables ({@link
 * TableComparison}) and all other files equal to the byte. Left out are records of the run itself,
 * which tell times and paths: {@code stage.json}, {@code begun.json}, {@code experiment.conf},
 * {@code run.lock}, {@code report/summary.md}, and names that begin with a dot or an underscore.
 *
 * @param tables number of tables that were compared
 * @param files number of other files that were compared
 * @param differences what differs, one entry for each table or file, in the order of their names
 */
public record ExperimentComparison(int tables, int files, List<String> differences) {
  private static final Set<String> RECORDS =
      Set.of("stage.json", "begun.json", "experiment.conf", "run.lock", "summary.md");

  /**
   * Compares two folders.
   *
   * @throws UserError when one of them is absent or holds nothing to compare
   */
  public static ExperimentComparison of(SparkSession spark, String first, String second) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Contents left = Contents.of(first, hadoop);
    Contents right = Contents.of(second, hadoop);
    List<String> differences = new ArrayList<>();
    for (String name : left.all(right)) {
      differences.addAll(difference(spark, name, left, right));
    }
    return new ExperimentComparison(
        union(left.tables, right.tables).size(),
        union(left.files.keySet(), right.files.keySet()).size(),
        differences);
  }

  private static List<String> difference(
      SparkSession spark, String name, Contents left, Contents right) {
    for (Contents one : List.of(left, right)) {
      if (!one.has(name)) {
        return List.of("%s: only in %s".formatted(name, (one == left ? right : left).root));
      }
    }
    if (left.tables.contains(name) && right.tables.contains(name)) {
      List<String> rows =
          TableComparison.differences(spark, left.location(name), right.location(name));
      return rows.isEmpty() ? List.of() : List.of(name + ": " + String.join("; ", rows));
    }
    return left.digest(name).equals(right.digest(name))
        ? List.of()
        : List.of(
            "%s: other bytes (%,d against %,d)"
                .formatted(name, left.files.get(name), right.files.get(name)));
  }

  private static SortedSet<String> union(Set<String> first, Set<String> second) {
    SortedSet<String> all = new TreeSet<>(first);
    all.addAll(second);
    return all;
  }

  /** What is in a folder: tables, and lengths of files in bytes, by their names below it. */
  private static final class Contents {
    private final FileSystem fileSystem;
    private final Path root;
    private final SortedSet<String> tables = new TreeSet<>();
    private final TreeMap<String, Long> files = new TreeMap<>();

    private Contents(FileSystem fileSystem, Path root) {
      this.fileSystem = fileSystem;
      this.root = root;
    }

    static Contents of(String folder, Configuration hadoop) {
      try {
        Path path = new Path(folder);
        FileSystem fileSystem = path.getFileSystem(hadoop);
        Contents contents = new Contents(fileSystem, fileSystem.makeQualified(path));
        contents.list();
        if (contents.tables.isEmpty() && contents.files.isEmpty()) {
          throw new UserError("%s holds no results to compare".formatted(folder));
        }
        return contents;
      } catch (FileNotFoundException e) {
        throw new UserError("there is no folder " + folder, e);
      } catch (IOException | IllegalArgumentException e) {
        throw new UserError("cannot read %s: %s".formatted(folder, e.getMessage()), e);
      }
    }

    private void list() throws IOException {
      RemoteIterator<LocatedFileStatus> all = fileSystem.listFiles(root, true);
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        String name = root.toUri().relativize(file.getPath().toUri()).getPath();
        if (name.matches("(.*/)?[._].*") || RECORDS.contains(file.getPath().getName())) {
          continue;
        }
        if (name.endsWith(".parquet")) {
          tables.add(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
        } else {
          files.put(name, file.getLen());
        }
      }
    }

    Set<String> all(Contents other) {
      return union(union(tables, files.keySet()), union(other.tables, other.files.keySet()));
    }

    boolean has(String name) {
      return tables.contains(name) || files.containsKey(name);
    }

    String location(String name) {
      return name.isEmpty() ? root.toString() : new Path(root, name).toString();
    }

    String digest(String name) {
      try (InputStream in = fileSystem.open(new Path(root, name))) {
        return Digest.of(in);
      } catch (IOException e) {
        throw new UserError("cannot read %s: %s".formatted(location(name), e.getMessage()), e);
      }
    }
  }
}
