package org.bitlattice.jobs.session;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.settings.Secrets;

/** Makes the Spark session of a command. */
public final class SparkSessions {
  private static final String SUPPORTED = "3.5.";

  private SparkSessions() {}

  /**
   * The session that {@code spark-submit} configured; where there is no master, {@code local[*]}.
   *
   * @throws UserError when the Spark that runs is not 3.5, the Java is not 17, or the default file
   *     system's address holds credentials
   */
  public static SparkSession open(String applicationName) {
    requireSupported();
    HadoopSettings.configuration();
    SparkConf configuration = new SparkConf();
    if (!configuration.contains("spark.master")) {
      configuration.setMaster("local[*]");
    }
    // Kryo cannot read Java records; bulk data travels as rows and primitive arrays anyway.
    configuration.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    configuration.set("spark.sql.session.timeZone", "UTC");
    // Event logs and the pages of the driver show settings. Spark's own expression does not know
    // the
    // keys of Azure and Google, nor addresses with credentials.
    configuration.setIfMissing("spark.redaction.regex", Secrets.redaction());
    // What is shuffled here is small, and what is computed from it long: nothing is gained by
    // waiting (spark.locality.wait, 3 s) for the few machines that wrote it.
    configuration.setIfMissing("spark.shuffle.reduceLocality.enabled", "false");
    // Executors use the driver's kernels: others would round differently.
    String kernels = System.getenv("OPENBLAS_CORETYPE");
    if (kernels != null) {
      configuration.setIfMissing("spark.executorEnv.OPENBLAS_CORETYPE", kernels);
    }
    // In cluster deploy mode the worker gives the secret to its driver in the environment, where
    // SparkContext does not look.
    String secret = System.getenv("_SPARK_AUTH_SECRET");
    if (secret != null) {
      configuration.setIfMissing("spark.authenticate.secret", secret);
    }
    return SparkSession.builder().config(configuration).appName(applicationName).getOrCreate();
  }

  private static void requireSupported() {
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    if (!version.startsWith(SUPPORTED)) {
      throw new UserError(
          "this is Spark %s; Bitlattice needs Spark 3.5 with Scala 2.12".formatted(version));
    }
    if (Runtime.version().feature() != 17) {
      throw new UserError("this is Java %s; Bitlattice needs Java 17".formatted(Runtime.version()));
    }
  }
}
