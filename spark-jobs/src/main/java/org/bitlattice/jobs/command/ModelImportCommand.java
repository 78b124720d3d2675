package org.bitlattice.jobs.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.WholeOutput;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.lm.ArchitectureJson;
import org.bitlattice.lm.PyTorchImport;
import org.bitlattice.lm.WordRoles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.text.RowWords;
import org.bitlattice.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A word LSTM of PyTorch's as a model folder. */
@Command(
    name = "import",
    description = {
      "Makes a model folder of a word LSTM that PyTorch trained: safetensors with encoder (Embedding), rnn (LSTM) and decoder (Linear), F32, F16 or BF16. The folder is a model like any other; as baseline.import it is the baseline of an experiment."
    },
    footer = {
      "",
      "The file is written in Python by",
      "  from safetensors.torch import save_file",
      "  save_file({k: v.clone() for k, v in model.state_dict().items()}, \"lm.safetensors\")",
      "Pickles (.pt, .pth, .bin) are not opened.",
      "",
      "Example: bitlattice model import lm.safetensors --words words.txt --boundary \"<eos>\" --out lm"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ModelImportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "A safetensors file.")
  private String file;

  @Option(
      names = "--words",
      paramLabel = "FILE",
      required = true,
      description =
          "The words of the rows, UTF-8, plain or gzip: one word a line, or word and row a line (Kaldi's words.txt).")
  private String words;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The model folder, which must not exist.")
  private String out;

  @Option(
      names = "--boundary",
      paramLabel = "WORD",
      defaultValue = Vocabulary.DEFAULT_BOUNDARY,
      description = "The word that ends a sentence (${DEFAULT-VALUE}); it becomes </s>.")
  private String boundary;

  @Option(
      names = "--start",
      paramLabel = "WORD",
      description =
          "The word before the first one of a sentence, where it is not the boundary. It leaves the model; its embedding becomes that of </s>.")
  private String start;

  @Option(
      names = "--unknown",
      paramLabel = "WORD",
      defaultValue = Vocabulary.DEFAULT_UNKNOWN,
      description = "The word for all others (${DEFAULT-VALUE}); it becomes <unk>.")
  private String unknown;

  @Option(
      names = "--drop",
      paramLabel = "WORD",
      description =
          "A word that leaves the model, such as <eps>; the others' probabilities grow by its share. May be given several times.")
  private List<String> dropped = List.of();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What every tensor's name begins with, such as module.")
  private String prefix;

  @Option(
      names = "--output",
      paramLabel = "tied|separate",
      description =
          "Without it the output is tied where decoder.weight is absent or equals encoder.weight. tied: anything else is refused; separate: a tied one gets a copy of its own, which can be trained.")
  private PyTorchImport.Output output;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.configuration();
    WordRoles roles =
        new WordRoles(boundary, start == null ? boundary : start, unknown, Set.copyOf(dropped));
    PyTorchImport.Request request =
        new PyTorchImport.Request(
            prefix, words(hadoop), roles, output == null ? PyTorchImport.Output.AS_STORED : output);
    try (WholeOutput folder = WholeOutput.folder(out, hadoop)) {
      PyTorchImport.Imported imported = read(request, hadoop);
      ModelFolder.write(
          folder.folder(), PackedModel.fullPrecision(imported.weights()), imported.vocabulary());
      folder.keep();
      imported.notes().forEach(note -> System.out.printf("%s: %s%n", file, note));
      System.out.printf(
          Locale.ROOT,
          "%s: %s, %,d parameters%n",
          out,
          ArchitectureJson.write(imported.weights().architecture()),
          imported.weights().architecture().parameters());
    }
    return ExitCode.DONE.code();
  }

  private RowWords words(Configuration hadoop) throws IOException {
    Path path = HadoopPath.of(words);
    try (InputStream raw = path.getFileSystem(hadoop).open(path);
        InputStream in = words.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return RowWords.read(in, words);
    }
  }

  private PyTorchImport.Imported read(PyTorchImport.Request request, Configuration hadoop)
      throws IOException {
    Path path = HadoopPath.of(file);
    FileSystem files = path.getFileSystem(hadoop);
    try (InputStream in = files.open(path)) {
      return PyTorchImport.read(in, files.getFileStatus(path).getLen(), file, request);
    }
  }
}
