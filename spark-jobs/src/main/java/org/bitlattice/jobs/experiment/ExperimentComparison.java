package org.bitlattice.jobs.experiment;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.table.TableComparison;
import org.bitlattice.jobs.table.TableDigest;
import org.bitlattice.run.Digest;

/**
 * Whether two experiments, or two folders of experiments, have equal results: equal tables ({@link
 * TableComparison}) and all other files equal to the byte. Left out are records of the run itself,
 * which tell times and paths: {@code stage.json}, {@code begun.json}, {@code experiment.conf},
 * {@code run.lock}, {@code report/summary.md}, and names that begin with a dot or an underscore.
 *
 * @param tables number of tables that were compared
 * @param rows rows of the first experiment's tables
 * @param onlyInFirst rows of tables that the first experiment has and the second has not: lost, or
 *     of another value
 * @param onlyInSecond rows of tables that the second experiment has and the first has not
 * @param files number of other files that were compared
 * @param differences what differs, one entry for each table or file, in the order of their names
 */
public record ExperimentComparison(
    int tables,
    long rows,
    long onlyInFirst,
    long onlyInSecond,
    int files,
    List<String> differences) {
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
    List<TableDigest> digests =
        TableDigest.of(
            spark, Stream.of(left, right).flatMap(side -> side.tables.values().stream()).toList());
    Map<String, TableDigest> lefts =
        byName(left.tables.keySet(), digests.subList(0, left.tables.size()));
    Map<String, TableDigest> rights =
        byName(right.tables.keySet(), digests.subList(left.tables.size(), digests.size()));
    long rows = lefts.values().stream().mapToLong(TableDigest::rows).sum();
    SortedMap<String, TableComparison> tables = new TreeMap<>();
    for (String name : union(lefts.keySet(), rights.keySet())) {
      if (!lefts.containsKey(name) || !rights.containsKey(name)) {
        tables.put(name, oneSided(lefts.get(name), rights.get(name), left, right));
      } else if (!lefts.get(name).equals(rights.get(name))) {
        tables.put(name, TableComparison.of(spark, left.location(name), right.location(name)));
      }
    }
    return of(tables, rows, left, right);
  }

  private static ExperimentComparison of(
      SortedMap<String, TableComparison> tables, long rows, Contents left, Contents right) {
    SortedMap<String, String> differences = new TreeMap<>(fileDifferences(left, right));
    tables.forEach(
        (name, table) -> {
          if (!table.differences().isEmpty()) {
            differences.put(name, String.join("; ", table.differences()));
          }
        });
    return new ExperimentComparison(
        union(left.tables.keySet(), right.tables.keySet()).size(),
        rows,
        tables.values().stream().mapToLong(TableComparison::onlyInFirst).sum(),
        tables.values().stream().mapToLong(TableComparison::onlyInSecond).sum(),
        union(left.files.keySet(), right.files.keySet()).size(),
        differences.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
  }

  /** A table that only one side has; the other's digest is null. */
  private static TableComparison oneSided(
      TableDigest first, TableDigest second, Contents left, Contents right) {
    return first == null
        ? new TableComparison(0, second.rows(), List.of("only in " + right.root))
        : new TableComparison(first.rows(), 0, List.of("only in " + left.root));
  }

  private static Map<String, TableDigest> byName(Set<String> names, List<TableDigest> digests) {
    Map<String, TableDigest> byName = new TreeMap<>();
    names.forEach(name -> byName.put(name, digests.get(byName.size())));
    return byName;
  }

  /** What differs between other files than tables, by their names. */
  private static Map<String, String> fileDifferences(Contents left, Contents right) {
    Map<String, String> differences = new TreeMap<>();
    for (String name : union(left.files.keySet(), right.files.keySet())) {
      if (!left.files.containsKey(name) || !right.files.containsKey(name)) {
        differences.put(name, "only in " + (left.files.containsKey(name) ? left : right).root);
      } else if (!left.digest(name).equals(right.digest(name))) {
        differences.put(
            name,
            "other bytes (%,d against %,d)".formatted(left.files.get(name), right.files.get(name)));
      }
    }
    return differences;
  }

  private static SortedSet<String> union(Set<String> first, Set<String> second) {
    SortedSet<String> all = new TreeSet<>(first);
    all.addAll(second);
    return all;
  }

  /**
   * What is in a folder: the files of tables, and lengths of other files in bytes, by the names of
   * tables and files below it.
   */
  private static final class Contents {
    private final FileSystem fileSystem;
    private final Path root;
    private final TreeMap<String, List<String>> tables = new TreeMap<>();
    private final TreeMap<String, Long> files = new TreeMap<>();

    private Contents(FileSystem fileSystem, Path root) {
      this.fileSystem = fileSystem;
      this.root = root;
    }

    static Contents of(String folder, Configuration hadoop) {
      try {
        Path path = HadoopPath.of(folder);
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
          tables
              .computeIfAbsent(
                  name.substring(0, Math.max(0, name.lastIndexOf('/'))), n -> new ArrayList<>())
              .add(file.getPath().toString());
        } else {
          files.put(name, file.getLen());
        }
      }
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
