package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.lattice.LatticeFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopLatticeFilesTest {
  @TempDir Path folder;

  private final LatticeFiles files = new HadoopLatticeFiles(new Configuration());

  @Test
  void relativePathsBeginInTheFolderThatIsGiven() throws IOException {
    Files.writeString(folder.resolve("x"), "text");
    LatticeFiles elsewhere = new HadoopLatticeFiles(new Configuration(), folder.toUri().toString());
    try (InputStream in = elsewhere.open("x", 1)) {
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("ext");
    }
    try (InputStream in = elsewhere.open(folder.resolve("x").toString(), 0)) {
      assertThat(in.readAllBytes()).hasSize(4);
    }
  }

  @Test
  void aFileIsOpenedAtAPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "0123456789");
    for (String path : new String[] {file.toString(), file.toUri().toString()}) {
      try (InputStream in = files.open(path, 7)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("789");
      }
      try (InputStream in = files.open(path, 10)) {
        assertThat(in.read()).isNegative();
      }
    }
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> files.open(file.toString(), 11))
        .withMessage(file + " is shorter than 11 bytes");
  }

  @Test
  void plainFilesOfAFolderAreListedByName() throws IOException {
    Files.writeString(folder.resolve("b.slf"), "");
    Files.writeString(folder.resolve("a.slf"), "");
    Files.createDirectory(folder.resolve("0.slf"));
    assertThat(files.isFolder(folder.toString())).isTrue();
    assertThat(files.isFolder(folder.resolve("a.slf").toString())).isFalse();
    assertThat(files.list(folder.toString()))
        .containsExactly("file:" + folder + "/a.slf", "file:" + folder + "/b.slf");
  }

  @Test
  void whatIsNotThereIsNamed() {
    String none = folder.resolve("none").toString();
    assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(() -> files.open(none, 0));
    assertThatExceptionOfType(FileNotFoundException.class).isThrownBy(() -> files.isFolder(none));
    assertThatExceptionOfType(UserError.class)
        .isThrownBy(() -> files.open("a:b", 0))
        .withMessageStartingWith("cannot use the path a:b: ");
  }
}
