package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeOutputTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private long entries() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void aFileReplacesTheOldOneOnlyWhenItIsKept() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    try (WholeOutput output = WholeOutput.file(path("file"), HADOOP)) {
      output.stream().write('n');
    }
    assertThat(file).hasContent("old");
    assertThat(entries()).isOne();
    try (WholeOutput output = WholeOutput.file(path("file"), HADOOP)) {
      output.stream().write('n');
      output.keep();
    }
    assertThat(file).hasContent("n");
    assertThat(entries()).isOne();
  }

  @Test
  void aFileWithSuchANameIsCompressed() throws IOException {
    try (WholeOutput output = WholeOutput.file(path("file.gz"), HADOOP)) {
      output.stream().write("text".getBytes());
      output.keep();
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("file.gz"));
    assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes())
        .asString()
        .isEqualTo("text");
  }

  @Test
  void aFolderAppearsWithAllItsFilesOrNotAtAll() throws IOException {
    for (boolean kept : new boolean[] {false, true}) {
      try (WholeOutput output = WholeOutput.folder(path("folder"), HADOOP)) {
        try (OutputStream out = output.create("a")) {
          out.write('x');
        }
        assertThat(folder.resolve("folder")).doesNotExist();
        if (kept) {
          output.keep();
        }
      }
      assertThat(entries()).isEqualTo(kept ? 1 : 0);
    }
    assertThat(folder.resolve("folder/a")).hasContent("x");
  }

  @Test
  void whatIsNotAPlainFileStaysWhereItIs() throws IOException {
    Files.createDirectory(folder.resolve("folder"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    for (String name : new String[] {"folder", "link"}) {
      assertThatExceptionOfType(UserError.class)
          .isThrownBy(() -> WholeOutput.file(path(name), HADOOP))
          .withMessage("cannot write %s: it exists and is not a plain file", path(name));
    }
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> WholeOutput.folder(path("folder"), HADOOP))
        .withMessage("%s exists already; give a folder that does not", path("folder"));
    assertThat(entries()).isEqualTo(2);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsAUserError() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    String below = path("file") + "/below";
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> WholeOutput.file(below, HADOOP))
        .withMessageStartingWith("cannot write " + below + ": ");
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> WholeOutput.file("/", HADOOP))
        .withMessage("cannot write to /: it is the root of a file system");
  }
}
