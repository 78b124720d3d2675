package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.run.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopFolderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path local;

  private HadoopFolder folder() {
    return HadoopFolder.at(local.resolve("a").toString(), HADOOP);
  }

  @Test
  void aPathNeedNotExistUntilItIsWritten() throws IOException {
    HadoopFolder folder = folder();
    assertThat(folder.exists()).isFalse();
    assertThat(folder.names()).isEmpty();
    folder.delete();
    folder.delete("nothing");
    try (OutputStream out = folder.folder("b").create("c")) {
      out.write("text".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(folder.exists()).isTrue();
    assertThat(folder.folder("b").exists("c")).isTrue();
    assertThat(folder.folder("b").length("c")).isEqualTo(4);
    assertThat(folder.folder("b").readText("c")).isEqualTo("text");
    assertThat(folder.location("b")).isEqualTo("file:" + local.resolve("a/b"));
    assertThat(folder).hasToString(folder.path());
  }

  @Test
  void ofTwoAttemptsOfATaskTheFirstFileStaysAndNothingIsLeftBeside() throws IOException {
    HadoopFolder folder = folder();
    byte[] bytes = "same".getBytes(StandardCharsets.UTF_8);
    folder.writeOnce("x.slf", 1, bytes);
    folder.writeOnce("x.slf", 2, bytes);
    assertThat(folder.readText("x.slf")).isEqualTo("same");
    assertThat(folder.names()).containsExactly("x.slf");
  }

  @Test
  void aNewFileIsWrittenOnce() throws IOException {
    HadoopFolder folder = folder();
    folder.create();
    assertThat(folder.createsAtomically()).isTrue();
    assertThat(folder.createNew("x", "first".getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(folder.createNew("x", "second".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(folder.readText("x")).isEqualTo("first");
  }

  @Test
  void aTextAppearsWholeReplacesTheOldOneAndLeavesNothingBeside() throws IOException {
    HadoopFolder folder = folder();
    folder.writeText("x.json", "a long first text");
    folder.writeText("x.json", "ä");
    assertThat(folder.readText("x.json")).isEqualTo("ä");
    assertThat(folder.names()).containsExactly("x.json");
    assertThat(Files.readAllBytes(local.resolve("a/x.json"))).hasSize(2);
  }

  @Test
  void renameReplacesAFolder() {
    HadoopFolder folder = folder();
    folder.folder("old").writeText("1", "old");
    folder.folder("new").writeText("2", "new");
    folder.rename("new", "old");
    assertThat(folder.names()).containsExactly("old");
    assertThat(folder.folder("old").names()).containsExactly("2");
    assertThatThrownBy(() -> folder.rename("absent", "old"))
        .hasMessageContaining("cannot rename absent to old in file:");
  }

  @Test
  void foldersAreListedWithoutFilesAndLinks() throws IOException {
    HadoopFolder folder = folder();
    assertThat(folder.folders()).isEmpty();
    folder.folder("z").create();
    folder.folder("b").create();
    folder.writeText("file", "");
    Files.createSymbolicLink(local.resolve("a/link"), Path.of("z"));
    assertThat(folder.folders()).containsExactly("b", "z");
    assertThat(folder.folder("file").isFile()).isTrue();
    assertThat(folder.folder("z").isFile()).isFalse();
    assertThat(folder.folder("none").isFile()).isFalse();
  }

  @Test
  void tellsWhenAFileWasWritten() throws IOException {
    HadoopFolder folder = folder();
    folder.writeText("file", "");
    Instant time = Instant.parse("2026-11-24T02:00:00Z");
    Files.setLastModifiedTime(local.resolve("a/file"), FileTime.from(time));
    assertThat(folder.modified("file")).isEqualTo(time);
    assertThatThrownBy(() -> folder.modified("none"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cannot look at file:%s: ".formatted(local.resolve("a/none")));
  }

  @Test
  void namesAreSortedAndDeletionTakesAll() {
    HadoopFolder folder = folder();
    folder.folder("z").create();
    folder.writeText("b", "");
    folder.writeText("a", "");
    assertThat(folder.names()).containsExactly("a", "b", "z");
    folder.delete("b");
    assertThat(folder.names()).containsExactly("a", "z");
    folder.delete();
    assertThat(folder.exists()).isFalse();
  }

  @Test
  void whatCannotBeReadIsTheUsersToMend() {
    assertThatThrownBy(() -> folder().readText("stage.json"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cannot read file:" + local.resolve("a/stage.json") + ": ");
    assertThatThrownBy(() -> HadoopFolder.at("nosuch://host/x", HADOOP))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cannot use the path nosuch://host/x: ");
    assertThatThrownBy(() -> HadoopFolder.at("", HADOOP))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cannot use the path : ");
    assertThatThrownBy(() -> HadoopFolder.digest(local + "/none", HADOOP))
        .isInstanceOf(UserError.class)
        .hasMessage("there is no file or folder " + local + "/none");
  }

  @Test
  void aFolderCannotBeMadeWhereAFileIs() throws IOException {
    Files.writeString(local.resolve("a"), "a file");
    assertThatThrownBy(() -> folder().create())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cannot create the folder file:" + local.resolve("a"));
  }

  @Test
  void digestsFollowContentAndNamesButNotPlace() throws IOException {
    HadoopFolder folder = folder();
    folder.writeText("b", "2");
    folder.folder("sub").writeText("a", "1");
    String digest = HadoopFolder.digest(folder.path(), HADOOP);
    HadoopFolder twin = HadoopFolder.at(local.resolve("twin").toString(), HADOOP);
    twin.folder("sub").writeText("a", "1");
    twin.writeText("b", "2");
    assertThat(HadoopFolder.digest(twin.path(), HADOOP)).isEqualTo(digest);
    twin.writeText("b", "3");
    String other = HadoopFolder.digest(twin.path(), HADOOP);
    twin.writeText("b", "2");
    twin.rename("b", "c");
    assertThat(Set.of(digest, other, HadoopFolder.digest(twin.path(), HADOOP))).hasSize(3);
    assertThat(HadoopFolder.digest(folder.location("b"), HADOOP)).isEqualTo(Digest.of("2"));
  }
}
