package org.bitlattice.jobs.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.sensitivity.HessianStage;
import org.bitlattice.jobs.sensitivity.KlStage;
import org.bitlattice.jobs.sensitivity.TraceStage;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.PrecisionChoice.Source;
import org.bitlattice.settings.SystemSettings;

/**
 * The stages that measure sensitivities: KL for each form of tables of systems that use it; for
 * those that use Hessian traces for each set of word blocks, and from these the sensitivities for
 * each form of tables.
 */
final class SensitivityStages {
  private final ExperimentSettings settings;
  private final PlannedStages planned;
  private final Stage prepare;
  private final Stage train;
  private final Map<TableForm, Stage> kl = new LinkedHashMap<>();
  private final Map<WordBlocks, Stage> traces = new LinkedHashMap<>();
  private final Map<TableForm, Stage> hessian = new LinkedHashMap<>();

  SensitivityStages(
      ExperimentSettings settings, PlannedStages planned, Stage prepare, Stage train) {
    this.settings = settings;
    this.planned = planned;
    this.prepare = prepare;
    this.train = train;
    forms(Source.KL).forEach(form -> kl.put(form, kl(form)));
    for (TableForm form : forms(Source.HESSIAN)) {
      Stage measured = traces.computeIfAbsent(form.words(), this::traces);
      hessian.put(form, hessian(form, measured));
    }
  }

  /** All of them, in an order in which they can run. */
  List<Stage> all() {
    List<Stage> all = new ArrayList<>(kl.values());
    all.addAll(traces.values());
    all.addAll(hessian.values());
    return all;
  }

  /** The stages whose sensitivities a system's precisions are chosen by. */
  List<Stage> of(SystemSettings system) {
    List<Stage> own = new ArrayList<>();
    if (system.precision().uses(Source.KL)) {
      own.add(kl.get(system.tables()));
    }
    if (system.precision().uses(Source.HESSIAN)) {
      own.add(hessian.get(system.tables()));
    }
    return own;
  }

  private TreeSet<TableForm> forms(Source source) {
    TreeSet<TableForm> forms =
        new TreeSet<>(
            Comparator.comparing((TableForm form) -> form.scales().scope())
                .thenComparing(TableForm::label));
    settings.systems().stream()
        .filter(system -> system.precision().uses(source))
        .forEach(system -> forms.add(system.tables()));
    return forms;
  }

  private Stage kl(TableForm tables) {
    return stage(
        Folders.kl(tables),
        List.of(prepare, train),
        new KlStage(tables, settings.sensitivity(), settings.evaluation()),
        "sensitivity.bits",
        "sensitivity.sentences",
        "sensitivity.shards",
        "sensitivity.kl",
        "evaluation.batch-rows");
  }

  private Stage traces(WordBlocks words) {
    return stage(
        Folders.traces(words),
        List.of(prepare, train),
        new TraceStage(words, settings.sensitivity()),
        "sensitivity.hessian",
        "sensitivity.shards");
  }

  private Stage hessian(TableForm tables, Stage measured) {
    return stage(
        Folders.hessian(tables),
        List.of(train, measured),
        new HessianStage(tables, settings.sensitivity().precisions()),
        "sensitivity.bits");
  }

  /** A stage is named by its folder. */
  private Stage stage(String folder, List<Stage> upstream, Stage.Work work, String... keys) {
    return new Stage(
        StageCommand.SENSITIVITY, planned.inputs(folder, upstream, keys), folder, upstream, work);
  }
}
