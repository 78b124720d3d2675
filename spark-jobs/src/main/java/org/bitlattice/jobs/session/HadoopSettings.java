package org.bitlattice.jobs.session;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/** Hadoop's configuration before, or without, a Spark session. */
public final class HadoopSettings {
  private static final String PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /** Hadoop's own files and, above them, the {@code spark.hadoop.*} settings of spark-submit. */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    for (Tuple2<String, String> setting : new SparkConf().getAll()) {
      if (setting._1().startsWith(PREFIX)) {
        configuration.set(setting._1().substring(PREFIX.length()), setting._2());
      }
    }
    return configuration;
  }
}
