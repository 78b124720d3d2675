package org.bitlattice.jobs.command;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.jobs.job.WholeOutput;

/** Lines in UTF-8 for a file, which appears whole or not at all, or for the standard output. */
final class TextOutput implements Closeable {
  private final Optional<WholeOutput> file;
  private final Writer writer;

  private TextOutput(Optional<WholeOutput> file, OutputStream stream) {
    this.file = file;
    this.writer =
        new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 16);
  }

  static TextOutput file(String path, Configuration hadoop) {
    WholeOutput file = WholeOutput.file(path, hadoop);
    return new TextOutput(Optional.of(file), file.stream());
  }

  /** The file, or the standard output when the path is null. */
  static TextOutput fileOrStandard(String path, Configuration hadoop) {
    return path == null ? new TextOutput(Optional.empty(), System.out) : file(path, hadoop);
  }

  Writer writer() {
    return writer;
  }

  void keep() throws IOException {
    writer.flush();
    file.ifPresent(WholeOutput::keep);
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    } else {
      writer.flush();
    }
  }
}
