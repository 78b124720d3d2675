package org.bitlattice.jobs.compress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.settings.CompressionConfig;

/**
 * Puts the result where people look for it: the folder {@code model} and the page {@code
 * summary.md} in the folder of the experiment, each whole or not at all, and the page last. What is
 * there already is left alone.
 */
public final class Publication {
  private static final String PARTIAL = ".model.partial";

  private final HadoopFolder output;
  private final Configuration hadoop;

  /**
   * @param output folder of an experiment whose stages are complete
   */
  public Publication(HadoopFolder output, Configuration hadoop) {
    this.output = output;
    this.hadoop = hadoop;
  }

  /** Copies model and page. */
  public void publish() {
    HadoopFolder made =
        output.folder(Folders.system(CompressionConfig.SYSTEM)).folder(Folders.MODEL);
    String page = output.folder(Folders.COMPRESSED).readText(CompressionStage.SUMMARY);
    try {
      if (!isCopy(made, output.folder(Folders.MODEL))) {
        output.delete(CompressionStage.SUMMARY);
        copy(made, output.folder(PARTIAL));
        output.rename(PARTIAL, Folders.MODEL);
      }
      if (!output.exists(CompressionStage.SUMMARY)
          || !output.readText(CompressionStage.SUMMARY).equals(page)) {
        output.writeText(CompressionStage.SUMMARY, page);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the model to " + output, e);
    }
  }

  private boolean isCopy(HadoopFolder model, HadoopFolder other) throws IOException {
    for (String file : ModelOutline.FILES) {
      if (!other.exists(file) || !digest(model, file).equals(digest(other, file))) {
        return false;
      }
    }
    return true;
  }

  private String digest(HadoopFolder folder, String file) {
    return HadoopFolder.digest(folder.location(file), hadoop);
  }

  private static void copy(HadoopFolder model, HadoopFolder target) throws IOException {
    target.delete();
    for (String file : ModelOutline.FILES) {
      try (InputStream in = model.open(file);
          OutputStream out = target.create(file)) {
        in.transferTo(out);
      }
    }
  }
}
