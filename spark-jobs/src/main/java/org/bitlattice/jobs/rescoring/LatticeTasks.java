package org.bitlattice.jobs.rescoring;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.bitlattice.jobs.job.HadoopLatticeFiles;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.lattice.LatticeEntry;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticeFiles;
import org.bitlattice.lattice.LatticeShard;
import org.bitlattice.lattice.LatticeSource;
import org.bitlattice.lattice.ReadSettings;
import org.bitlattice.lattice.WordLabels;
import org.bitlattice.lattice.WordSymbols;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;

/**
 * Reads the lattices of a set in tasks: one that finds out where they stand, then one for each
 * shard.
 *
 * @param set the lattices
 * @param settings how they are read and prepared
 */
record LatticeTasks(LatticeSet set, ExperimentSettings settings) {

  JavaRDD<LatticeOutcome> outcomes(
      JavaSparkContext spark, Configuration hadoop, Broadcast<LatticePreparation.Inputs> inputs) {
    Opening opening = new Opening(set, settings.lattices(), new SerializableConfiguration(hadoop));
    int count = settings.lattices().shards();
    List<LatticeShard> shards =
        spark.parallelize(List.of(count), 1).flatMap(n -> opening.shards(n).iterator()).collect();
    LatticePreparation.Settings preparation = LatticePreparation.Settings.of(set, settings);
    return spark
        .parallelize(shards, Math.max(1, shards.size()))
        .flatMap(
            shard -> {
              LatticePreparation prepare = new LatticePreparation(preparation, inputs.value());
              List<LatticeOutcome> outcomes = new ArrayList<>();
              Optional<LatticeException> damage =
                  opening.read(shard, entry -> outcomes.add(prepare.outcome(entry)));
              damage.ifPresent(reason -> outcomes.add(prepare.damage(reason)));
              return outcomes.iterator();
            });
  }

  /** Opens the source in a task. */
  private record Opening(
      LatticeSet set, LatticeSettings settings, SerializableConfiguration configuration)
      implements Serializable {

    List<LatticeShard> shards(int count) {
      try {
        return source().shards(count);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    Optional<LatticeException> read(LatticeShard shard, Consumer<LatticeEntry> sink) {
      try {
        return source().read(shard, sink);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private LatticeSource source() throws IOException {
      LatticeFiles files = new HadoopLatticeFiles(configuration.value());
      Optional<WordSymbols> words = Optional.empty();
      if (set.words().isPresent()) {
        String table = set.words().get();
        try (InputStream in = files.open(table, 0)) {
          words = Optional.of(WordSymbols.read(in, table));
        }
      }
      ReadSettings read =
          new ReadSettings(
              WordLabels.of(settings.fillers()), words, settings.firstPass(), settings.linkWords());
      return LatticeSource.open(set.location(), files, read);
    }

    private UserError unreadable(IOException e) {
      return new UserError(
          "cannot read the lattices %s: %s".formatted(set.location(), e.getMessage()), e);
    }
  }
}
