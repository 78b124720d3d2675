package org.bitlattice.jobs.allocation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.Allocator.Allocation;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.allocation.RankCorrelation;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.report.CandidateRow;
import org.bitlattice.report.CorrelationRow;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.PrecisionChoice.Candidates;
import org.bitlattice.settings.PrecisionChoice.Chosen;
import org.bitlattice.settings.PrecisionChoice.Source;
import org.bitlattice.settings.SystemSettings;

/**
 * Tries assignments as whole models, since sensitivities add up only approximately (method.md,
 * section 5): quantizes the model with each, measures KL and perplexity on dev sentences, and takes
 * that of the lowest perplexity. Writes {@code candidates/table} ({@link CandidateRow}) and {@code
 * candidates/correlation} ({@link CorrelationRow}).
 *
 * @param context of the stage
 * @param system the system
 * @param chosen how its precisions are chosen, with candidates
 * @param precisions those that a uniform candidate may have
 * @param evaluation how text is scored
 */
record CandidateTrial(
    StageContext context,
    SystemSettings system,
    Chosen chosen,
    List<Precision> precisions,
    EvaluationSettings evaluation) {
  private static final String FOLDER = "candidates";

  /** An assignment with the sum that its source predicts. */
  private record Candidate(
      Source source, PrecisionAssignment assignment, OptionalDouble predicted) {}

  /** The best candidate; counts are added to those of the stage. */
  PrecisionAssignment best(
      HadoopFolder folder,
      ModelFolder baseline,
      Map<Source, Allocator> allocators,
      Map<String, Double> counts) {
    List<Candidate> candidates = candidates(baseline, allocators);
    List<CandidateJob.Measured> measured = measure(baseline, candidates);
    int best = 0;
    for (int i = 1; i < candidates.size(); i++) {
      if (measured.get(i).perplexity() < measured.get(best).perplexity()) {
        best = i;
      }
    }
    List<CandidateRow> rows = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      rows.add(row(i, candidates.get(i), measured.get(i), i == best));
    }
    List<CorrelationRow> correlations = correlations(rows);
    HadoopFolder tables = folder.folder(FOLDER);
    Tables.write(context.spark(), tables.location("table"), RowSchema.of(CandidateRow.class), rows);
    Tables.write(
        context.spark(),
        tables.location("correlation"),
        RowSchema.of(CorrelationRow.class),
        correlations);
    tell(rows, correlations);
    counts.put("candidates", (double) rows.size());
    counts.put("tokens", (double) rows.get(best).tokens());
    return candidates.get(best).assignment();
  }

  /** Those of all sources in their order; the same assignment may come from several. */
  private List<Candidate> candidates(ModelFolder baseline, Map<Source, Allocator> allocators) {
    List<Candidate> candidates = new ArrayList<>();
    for (Source source : chosen.sources()) {
      if (source == Source.UNIFORM) {
        uniform(baseline).ifPresent(candidates::add);
      } else {
        for (Allocation near : allocators.get(source).near(chosen.budget(), wanted().count())) {
          candidates.add(
              new Candidate(source, near.assignment(), OptionalDouble.of(near.damage())));
        }
      }
    }
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(
          ("system %s has no candidate: no uniform precision fits its budget and its allocation"
                  + " rules, and it has no other source")
              .formatted(system.id()));
    }
    return candidates;
  }

  private Candidates wanted() {
    return chosen.candidates().orElseThrow();
  }

  /** The largest uniform precision within budget and rules, if there is one. */
  private Optional<Candidate> uniform(ModelFolder baseline) {
    ModelUnits units = system.tables().words().cut(baseline.model().architecture());
    Optional<Candidate> found =
        precisions.stream()
            .sorted(Comparator.comparingInt(Precision::bits).reversed())
            .filter(p -> units.units().stream().allMatch(u -> chosen.rules().allows(u, p)))
            .map(p -> PrecisionAssignment.uniform(units, p, system.tables().scales()))
            .filter(assignment -> assignment.fits(chosen.budget()))
            .map(assignment -> new Candidate(Source.UNIFORM, assignment, OptionalDouble.empty()))
            .findFirst();
    if (found.isEmpty()) {
      context.progress().say("  no uniform precision is a candidate: none fits budget and rules");
    }
    return found;
  }

  /** For each candidate; an assignment that several sources propose is measured once. */
  private List<CandidateJob.Measured> measure(ModelFolder baseline, List<Candidate> candidates) {
    context.describeJobs("candidates of " + system.id());
    JavaRDD<List<int[]>> shards =
        new HeldOutText(context).sample("dev", wanted().sentences(), evaluation.shards());
    List<PrecisionAssignment> distinct =
        candidates.stream().map(Candidate::assignment).distinct().toList();
    List<CandidateJob.Measured> measured =
        CandidateJob.measure(
            context.sparkContext(),
            baseline,
            distinct,
            shards,
            new ScorerSettings(evaluation.batchRows()));
    return candidates.stream()
        .map(candidate -> measured.get(distinct.indexOf(candidate.assignment())))
        .toList();
  }

  private CandidateRow row(
      int number, Candidate candidate, CandidateJob.Measured measured, boolean best) {
    return new CandidateRow(
        system.id(),
        number,
        written(candidate.source()),
        best,
        candidate.assignment().averageBits(),
        candidate.assignment().bytes(),
        candidate.predicted(),
        measured.divergence().perToken(),
        measured.perplexity(),
        measured.divergence().tokens(),
        candidate.assignment().bitsInOrder());
  }

  /** How a source is written in settings and tables. */
  static String written(Source source) {
    return source.name().toLowerCase(Locale.ROOT);
  }

  private List<CorrelationRow> correlations(List<CandidateRow> rows) {
    List<CorrelationRow> correlations = new ArrayList<>();
    for (Source source : chosen.sources()) {
      List<CandidateRow> own =
          rows.stream().filter(row -> row.source().equals(written(source))).toList();
      if (source != Source.UNIFORM) {
        OptionalDouble correlation =
            RankCorrelation.of(
                own.stream().mapToDouble(row -> row.predicted().orElseThrow()).toArray(),
                own.stream().mapToDouble(CandidateRow::klNats).toArray());
        correlations.add(new CorrelationRow(system.id(), written(source), own.size(), correlation));
      }
    }
    return correlations;
  }

  private void tell(List<CandidateRow> rows, List<CorrelationRow> correlations) {
    for (CandidateRow row : rows) {
      context
          .progress()
          .say(
              String.format(
                  Locale.ROOT,
                  "  %s %-8s %9d bytes  KL %.5f nats per token  perplexity %.3f  bits %s",
                  row.best() ? "*" : " ",
                  row.source(),
                  row.modelBytes(),
                  row.klNats(),
                  row.devPerplexity(),
                  row.bits()));
    }
    for (CorrelationRow row : correlations) {
      context
          .progress()
          .say(
              String.format(
                  Locale.ROOT,
                  "  rank correlation of what %s predicts with the KL of %d whole models: %s",
                  row.source(),
                  row.candidates(),
                  row.rankCorrelation().isPresent()
                      ? String.format(Locale.ROOT, "%.2f", row.rankCorrelation().getAsDouble())
                      : "none (too few, or all alike)"));
    }
  }
}
