package org.bitlattice.jobs.job;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.run.Seeds;

/**
 * What a stage works with.
 *
 * @param spark the Spark session
 * @param output the experiment's folder
 * @param seeds the experiment's random streams
 * @param progress where progress is told
 */
public record StageContext(
    SparkSession spark, HadoopFolder output, Seeds seeds, Progress progress) {
  /** The session's context for RDD jobs. */
  public JavaSparkContext sparkContext() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /** Names the Spark jobs that follow, in the words of the progress line. */
  public void describeJobs(String description) {
    sparkContext().setJobGroup("bitlattice", description, false);
  }
}
