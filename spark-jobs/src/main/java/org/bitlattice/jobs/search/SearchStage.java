package org.bitlattice.jobs.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitlattice.allocation.SearchedPrecisions;
import org.bitlattice.allocation.UnitOption;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.report.SearchRow;
import org.bitlattice.search.SearchProbability;
import org.bitlattice.settings.BaselineSettings;
import org.bitlattice.settings.SearchSettings;

/**
 * Searches for the precision of every unit (a weight matrix or a block of its rows) by gradients,
 * once for each weight β of the size term (method.md, section 6). Reads the corpus, the baseline
 * and, with frozen branches, the models of the systems that are its branches. Writes {@code
 * rounds/} ({@link SearchRow}) and {@code probabilities/} ({@link SearchProbability}). A killed
 * stage continues after its last whole round.
 *
 * @param tables units and scales of the quantization tables
 * @param search how precisions are searched for
 * @param training workers and optimiser of the weight steps, and the size of minibatches
 * @param segmentLength targets of a held-out segment
 */
public record SearchStage(
    TableForm tables, SearchSettings search, BaselineSettings training, int segmentLength)
    implements Stage.Work {
  private static final String PROBABILITIES = "probabilities";
  private static final RowSchema<SearchProbability> SCHEMA = RowSchema.of(SearchProbability.class);

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    try (SearchRounds rounds = new SearchRounds(context, folder, this)) {
      rounds.run();
      List<SearchProbability> found = rounds.probabilities();
      Tables.write(context.spark(), folder.location(PROBABILITIES), SCHEMA, found);
      for (SearchRow last : rounds.lastRows()) {
        context
            .progress()
            .say(
                "  beta %s: expected %,.0f bytes, most probable bits %s"
                    .formatted(
                        last.beta(), last.expectedBytes(), mostProbable(found, last.beta())));
      }
      Map<String, Double> counts = new TreeMap<>();
      counts.put("betas", (double) search.betas().size());
      counts.put("rounds", (double) search.rounds());
      counts.put("tokens", rounds.lastRows().stream().mapToDouble(SearchRow::tokens).sum());
      return counts;
    }
  }

  private static String mostProbable(List<SearchProbability> found, double beta) {
    return found.stream()
        .filter(row -> row.beta() == beta && row.mostProbable())
        .map(row -> String.valueOf(row.bits()))
        .collect(Collectors.joining(" "));
  }

  /**
   * Reads what the searches over tables of a form found.
   *
   * @param units the units of that form
   * @return a search for each β, rising
   */
  public static List<SearchedPrecisions> read(
      StageContext context, TableForm tables, ModelUnits units) {
    String table = context.output().folder(Folders.search(tables)).location(PROBABILITIES);
    Map<String, WeightUnit> byName = new LinkedHashMap<>();
    units.units().forEach(unit -> byName.put(unit.name(), unit));
    Map<Double, Map<String, List<UnitOption>>> searches = new TreeMap<>();
    for (SearchProbability row : Tables.read(context.spark(), table, SCHEMA)) {
      UnitOption option =
          UnitOption.of(
              byName.get(row.tensor()),
              Precision.ofBits(row.bits()),
              tables.scales(),
              row.negativeLog());
      searches
          .computeIfAbsent(row.beta(), beta -> new LinkedHashMap<>())
          .computeIfAbsent(row.tensor(), unit -> new ArrayList<>())
          .add(option);
    }
    List<SearchedPrecisions> read = new ArrayList<>();
    searches.forEach((beta, options) -> read.add(new SearchedPrecisions(beta, options)));
    return read;
  }
}
