package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.WholeOutput;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.lm.PyTorchExport;
import org.bitlattice.lm.scoring.OnnxExport;
import org.bitlattice.quant.ModelFolder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A model folder as one file for other programs. */
@Command(
    name = "export",
    description = {
      "Writes a model as one file for other programs, in single precision; low-bit weights are expanded. Rows and ids are the lines of the folder's vocabulary.txt, counted from 0."
    },
    footer = {
      "",
      "ONNX: inputs token (int64 [N]) and state (float [N, S], zeros at the start of a sentence), outputs",
      "log_probability (float [N, V], natural logarithms) and next_state; operator set 13.",
      "safetensors: PyTorch's names (encoder.weight, rnn.weight_ih_l0, ..., decoder.bias), for load_state_dict.",
      "",
      "Example: bitlattice model export runs/x/systems/admm-2/model --onnx admm-2.onnx"
    },
    mixinStandardHelpOptions = true)
final class ModelExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "A model folder.")
  private String folder;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Target target;

  /** Exactly one file. */
  private static final class Target {
    @Option(names = "--onnx", paramLabel = "FILE", description = "Writes an ONNX model.")
    private String onnx;

    @Option(
        names = "--safetensors",
        paramLabel = "FILE",
        description = "Writes weights with PyTorch's names.")
    private String safetensors;
  }

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.configuration();
    ModelFolder model = ModelFolder.read(HadoopFolder.at(folder, hadoop));
    String file = target.onnx != null ? target.onnx : target.safetensors;
    try (WholeOutput output = WholeOutput.file(file, hadoop)) {
      if (target.onnx != null) {
        OnnxExport.write(output.stream(), model);
      } else {
        PyTorchExport.write(output.stream(), model.model().weights(), model.vocabulary());
      }
      output.keep();
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %,d words, in the order of %s/vocabulary.txt%n",
        file,
        model.vocabulary().size(),
        folder);
    return ExitCode.DONE.code();
  }
}
