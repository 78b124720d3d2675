package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelSize;
import org.bitlattice.quant.PackedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints tensors, precisions and sizes. */
@Command(
    name = "info",
    description = "Prints a model's tensors, precisions and bytes.",
    mixinStandardHelpOptions = true)
final class ModelInfoCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A model folder.")
  private String folder;

  @Override
  public Integer call() throws IOException {
    PackedModel model =
        ModelFolder.read(HadoopFolder.at(folder, HadoopSettings.configuration())).model();
    ModelSize size = model.size();
    System.out.printf(
        "%-24s %16s %5s %7s %12s %12s %12s%n",
        "tensor", "shape", "bits", "scope", "code bytes", "scale bytes", "float bytes");
    for (ModelSize.TensorSize tensor : size.tensors()) {
      System.out.printf(
          "%-24s %16s %5d %7s %,12d %,12d %,12d%n",
          tensor.shape().name(),
          "[%d, %d]".formatted(tensor.shape().rows(), tensor.shape().columns()),
          tensor.precision().bits(),
          tensor.scope().map(scope -> scope.name().toLowerCase(Locale.ROOT)).orElse(""),
          tensor.codeBytes(),
          tensor.scaleBytes(),
          tensor.floatBytes());
    }
    System.out.printf(
        Locale.ROOT,
        "%,d parameters, %.3f nominal bits a quantizable weight, %.3f stored bits a parameter, %,d bytes, ratio %.2f%n",
        size.parameters(),
        size.averageBits(),
        size.storedBits(),
        size.bytes(),
        size.compressionRatio());
    if (model.architecture() instanceof LstmArchitecture lstm && lstm.tied()) {
      System.out.println("tied output: encoder.weight is the output matrix too");
    }
    return ExitCode.DONE.code();
  }
}
