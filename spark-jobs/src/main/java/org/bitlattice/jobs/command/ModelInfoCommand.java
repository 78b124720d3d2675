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

/** Prints units, precisions and sizes. */
@Command(
    name = "info",
    description = {
      "Prints a model's tensors, or blocks of their rows, with precision, form of scales and bytes.",
      "The bytes of all rows add up to the length of model.safetensors."
    },
    mixinStandardHelpOptions = true)
final class ModelInfoCommand implements Callable<Integer> {
  private static final String ROW = "%-28s %16s %5s %7s %7s %14s %12s %14s %8s%n";

  @Parameters(paramLabel = "DIR", description = "A model folder.")
  private String folder;

  @Override
  public Integer call() throws IOException {
    PackedModel model =
        ModelFolder.read(HadoopFolder.at(folder, HadoopSettings.configuration())).model();
    ModelSize size = model.size();
    System.out.printf(
        ROW,
        "tensor",
        "shape",
        "bits",
        "scope",
        "scales",
        "code bytes",
        "scale bytes",
        "other bytes",
        "share");
    size.units().forEach(unit -> print(unit, size.bytes()));
    System.out.printf(
        ROW,
        "header",
        "",
        "",
        "",
        "",
        number(0),
        number(0),
        number(size.headerBytes()),
        share(size.headerBytes(), size.bytes()));
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

  private static void print(ModelSize.UnitSize size, long fileBytes) {
    System.out.printf(
        ROW,
        size.unit().name(),
        "[%d, %d]".formatted(size.unit().rows(), size.unit().tensor().columns()),
        size.precision().bits(),
        size.scales().map(scales -> scales.scope().label()).orElse(""),
        size.scales().map(scales -> scales.format().label()).orElse(""),
        number(size.codeBytes()),
        number(size.scaleBytes()),
        number(size.floatBytes()),
        share(size.bytes(), fileBytes));
  }

  private static String number(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes);
  }

  private static String share(long bytes, long fileBytes) {
    return String.format(Locale.ROOT, "%.2f %%", 100.0 * bytes / fileBytes);
  }
}
