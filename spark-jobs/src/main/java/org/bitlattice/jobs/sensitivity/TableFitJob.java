package org.bitlattice.jobs.sensitivity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.ProbeTables;

/** Fits the tables that probes apply on Spark, a task each; only scales come back. */
final class TableFitJob {
  private TableFitJob() {}

  /**
   * Fits the tables of some probes.
   *
   * @param model the model in full precision
   */
  static ProbeTables fit(
      JavaSparkContext spark, Broadcast<LmWeights> model, List<KlProbe> probes, ScaleForm scales) {
    List<KlProbe> fitted = new ArrayList<>(ProbeTables.fitted(probes, scales));
    List<ProbeTables.Fit> found =
        spark
            .parallelize(fitted, fitted.size())
            .map(probe -> ProbeTables.fit(model.value(), probe, scales))
            .collect();
    Map<KlProbe, ProbeTables.Fit> fits = new HashMap<>();
    for (int i = 0; i < fitted.size(); i++) {
      fits.put(fitted.get(i), found.get(i));
    }
    return new ProbeTables(scales, fits);
  }
}
