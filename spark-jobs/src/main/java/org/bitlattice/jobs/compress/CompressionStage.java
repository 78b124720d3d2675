package org.bitlattice.jobs.compress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.job.StageRunner;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.quantization.EvaluateStage;
import org.bitlattice.jobs.quantization.QuantizeStage;
import org.bitlattice.jobs.sensitivity.KlStage;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.quant.ModelSize;
import org.bitlattice.report.CompressedUnit;
import org.bitlattice.report.CompressionPage;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.StageSeconds;
import org.bitlattice.report.TextFigures;
import org.bitlattice.run.StageInputs;
import org.bitlattice.run.StageRecord;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.CompressionConfig;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.TextPart;

/**
 * Writes the page on a compressed model, {@code summary.md}, and the same in a few lines, {@code
 * in-short.txt}. Reads models, measures, sensitivities and the records of all stages.
 *
 * @param settings the experiment
 * @param request what the command was asked for
 * @param text the text
 * @param stages all stages before this one
 */
public record CompressionStage(
    ExperimentSettings settings, Request request, SplitText text, List<Stage> stages)
    implements Stage.Work {
  /** The page. */
  public static final String SUMMARY = "summary.md";

  /** The page in a few lines. */
  public static final String IN_SHORT = "in-short.txt";

  private static final String NAME = "compressed";

  /**
   * What the command was asked for, in the user's words.
   *
   * @param model the folder of the model in full precision
   * @param text the path of the text
   * @param heldOut the path of the text that dev and eval are taken from
   * @param target the size, as an option
   * @param method how the weights are made
   * @param folder the folder of the experiment
   */
  public record Request(
      String model, String text, String heldOut, String target, String method, String folder) {
    private TreeMap<String, String> asSettings() {
      TreeMap<String, String> settings = new TreeMap<>();
      settings.put("compress.model", model);
      settings.put("compress.text", text);
      settings.put("compress.held-out", heldOut);
      settings.put("compress.target", target);
      settings.put("compress.method", method);
      settings.put("compress.out", folder);
      return settings;
    }
  }

  /** The stage, which is the last one. */
  public Stage stage() {
    TreeMap<String, String> digests = new TreeMap<>();
    stages.forEach(stage -> digests.put(stage.name(), stage.inputs().digest()));
    return new Stage(
        StageCommand.REPORT,
        new StageInputs(NAME, settings.seed(), request.asSettings(), digests),
        Folders.COMPRESSED,
        stages,
        this);
  }

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    Map<String, StageRecord> records = records(context);
    ModelRow before = QuantizeStage.read(context, CompressionConfig.BASELINE);
    ModelRow after = EvaluateStage.figures(context, system());
    long period =
        Math.round(records.get(Folders.TEXT).counts().getOrDefault(SplitText.PERIOD, 0.0));
    CompressionPage page =
        new CompressionPage(
            new CompressionPage.Request(
                request.model(),
                request.text(),
                request.heldOut(),
                text.described(period),
                request.target(),
                request.method(),
                request.folder()),
            before,
            after,
            texts(records.get(Folders.CORPUS), after),
            units(context),
            records.values().stream()
                .map(record -> new StageSeconds(record.inputs().stage(), record.seconds()))
                .toList());
    folder.writeText(SUMMARY, page.markdown());
    folder.writeText(IN_SHORT, page.inShort());
    return Map.of("units", (double) page.units().size());
  }

  private SystemSettings system() {
    return settings.system(CompressionConfig.SYSTEM);
  }

  /** The records of all stages before this one, by their folders, in the order of the run. */
  private Map<String, StageRecord> records(StageContext context) {
    Map<String, StageRecord> records = new LinkedHashMap<>();
    for (Stage stage : stages) {
      HadoopFolder folder = context.output().folder(stage.folder());
      records.put(
          stage.folder(),
          StageRecord.fromJson(
              folder.readText(StageRunner.COMPLETE), folder.location(StageRunner.COMPLETE)));
    }
    return records;
  }

  private static List<TextFigures> texts(StageRecord prepared, ModelRow model) {
    Map<String, Double> counts = prepared.counts();
    List<TextFigures> texts = new ArrayList<>();
    for (TextPart part : TextPart.values()) {
      long sentences = Math.round(counts.get(part.label() + "-sentences"));
      texts.add(
          switch (part) {
            case TRAIN ->
                new TextFigures(
                    part.label(),
                    sentences,
                    sentences + Math.round(counts.get("train-words")),
                    Math.round(counts.get("train-unknown-words")));
            case DEV ->
                new TextFigures(
                    part.label(), sentences, model.devTokens(), model.devUnknownTokens());
            case EVAL ->
                new TextFigures(
                    part.label(), sentences, model.evalTokens(), model.evalUnknownTokens());
          });
    }
    return texts;
  }

  private List<CompressedUnit> units(StageContext context) throws IOException {
    Map<String, Double> sensitivities = sensitivities(context);
    List<CompressedUnit> units = new ArrayList<>();
    for (ModelSize.UnitSize size :
        StoredModel.read(context, Folders.system(system().id())).model().size().units()) {
      if (size.unit().tensor().quantizable()) {
        String name = size.unit().name();
        int bits = size.precision().bits();
        Double value = sensitivities.get(key(name, bits));
        units.add(
            new CompressedUnit(
                name,
                size.unit().rows(),
                size.unit().tensor().columns(),
                bits,
                size.bytes(),
                value == null ? OptionalDouble.empty() : OptionalDouble.of(value)));
      }
    }
    return units;
  }

  private Map<String, Double> sensitivities(StageContext context) {
    String table = context.output().folder(Folders.kl(system().tables())).location(KlStage.TABLE);
    Map<String, Double> values = new LinkedHashMap<>();
    for (Sensitivity row : Tables.read(context.spark(), table, RowSchema.of(Sensitivity.class))) {
      if (row.measure().equals(KlSensitivity.MEASURE)) {
        values.put(key(row.tensor(), row.bits()), row.value());
      }
    }
    return values;
  }

  private static String key(String unit, int bits) {
    return unit + ' ' + bits;
  }
}
