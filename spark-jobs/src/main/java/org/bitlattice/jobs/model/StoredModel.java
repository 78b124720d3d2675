package org.bitlattice.jobs.model;

import java.io.IOException;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.quant.ModelFolder;

/** The models that earlier stages of an experiment left. */
public final class StoredModel {
  private StoredModel() {}

  /**
   * Reads a model with its vocabulary.
   *
   * @param of folder of the stage that made it: {@link Folders#BASELINE}, or that of a system
   * @throws IOException when it cannot be read
   * @throws IllegalArgumentException when it is damaged
   */
  public static ModelFolder read(StageContext context, String of) throws IOException {
    return ModelFolder.read(context.output().folder(of).folder(Folders.MODEL));
  }
}
