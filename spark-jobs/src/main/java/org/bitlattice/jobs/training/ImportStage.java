package org.bitlattice.jobs.training;

import java.io.IOException;
import java.util.Map;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.WordRows;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.text.Vocabulary;

/**
 * Takes a model that was trained elsewhere as the baseline. Reads the model folder and the corpus'
 * vocabulary; writes {@code model/}, the same weights with their words in the corpus' order, by
 * falling training count. Nothing is trained, so there is no table of rounds.
 *
 * @param model the model folder, any Hadoop path
 */
public record ImportStage(String model) implements Stage.Work {
  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ModelFolder imported =
        ModelFolder.read(HadoopFolder.at(model, context.sparkContext().hadoopConfiguration()));
    Vocabulary vocabulary = new HeldOutText(context).vocabulary();
    LmWeights weights =
        WordRows.between(imported.vocabulary(), vocabulary).of(imported.model().weights());
    ModelFolder.write(folder.folder(Folders.MODEL), PackedModel.fullPrecision(weights), vocabulary);
    long parameters = weights.architecture().parameters();
    context.progress().say("  imported from %s: %,d parameters".formatted(model, parameters));
    return Map.of("parameters", (double) parameters);
  }
}
