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
import org.bitlattice.lattice.LatticeLocation;
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
    LatticeSettings lattices = settings.lattices();
    Opening opening =
        new Opening(
            set.location(),
            set.words().orElse(null),
            new ReadSettings(
                WordLabels.of(lattices.fillers()),
                null,
                lattices.firstPass(),
                lattices.linkWords()),
            new SerializableConfiguration(hadoop),
            HadoopLatticeFiles.workingFolder(hadoop));
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

  /** Opens the source in a task; the symbol table, if there is one, is read there too. */
  private record Opening(
      LatticeLocation location,
      String table,
      ReadSettings settings,
      SerializableConfiguration configuration,
      String workingFolder)
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
      LatticeFiles files = new HadoopLatticeFiles(configuration.value(), workingFolder);
      if (table == null) {
        return LatticeSource.open(location, files, settings);
      }
      try (InputStream in = files.open(table, 0)) {
        WordSymbols words = WordSymbols.read(in, table);
        return LatticeSource.open(location, files, settings.withWords(words));
      }
    }

    private UserError unreadable(IOException e) {
      return new UserError(
          "cannot read the lattices %s: %s".formatted(location, e.getMessage()), e);
    }
  }
}
