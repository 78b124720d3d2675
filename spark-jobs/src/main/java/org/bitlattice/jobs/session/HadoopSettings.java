package org.bitlattice.jobs.session;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.UserError;
import scala.Tuple2;

/** Hadoop's configuration before, or without, a Spark session. */
public final class HadoopSettings {
  private static final String PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /**
   * Hadoop's own files and, above them, the {@code spark.hadoop.*} settings of spark-submit.
   *
   * @throws UserError when the address of the default file system, which every relative path gets,
   *     holds credentials
   */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    for (Tuple2<String, String> setting : new SparkConf().getAll()) {
      if (setting._1().startsWith(PREFIX)) {
        configuration.set(setting._1().substring(PREFIX.length()), setting._2());
      }
    }
    HadoopPath.requireNoCredentials(configuration.get(FileSystem.FS_DEFAULT_NAME_KEY, ""));
    return configuration;
  }
}
