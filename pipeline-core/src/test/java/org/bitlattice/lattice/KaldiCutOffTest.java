package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bitlattice.lattice.KaldiArchiveTest.GOOD;
import static org.bitlattice.lattice.KaldiArchiveTest.LATTICE;
import static org.bitlattice.lattice.KaldiArchiveTest.binary;
import static org.bitlattice.lattice.KaldiArchiveTest.bytes;
import static org.bitlattice.lattice.KaldiArchiveTest.read;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.bitlattice.lattice.KaldiArchiveTest.Read;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that end at each of their bytes, and archives in parts. */
class KaldiCutOffTest {
  private static byte[] archive(String text) {
    return bytes(text + text.replace("u1", "u2"));
  }

  private static String written(Read read) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (KaldiArchiveWriter writer = new KaldiArchiveWriter(out, KaldiArchiveWriter.Form.TEXT)) {
      for (KaldiArchive.Entry entry : read.entries) {
        if (entry.lattice().isPresent()) {
          writer.write(entry.utterance(), entry.orThrow());
        }
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {GOOD, LATTICE})
  void aBinaryArchiveThatEndsTooEarlyIsDamaged(String lattice) throws IOException {
    byte[] whole = binary(new String(archive(lattice), StandardCharsets.UTF_8));
    for (int length = 0; length < whole.length; length++) {
      Read read = read(Arrays.copyOf(whole, length));
      boolean atBoundary = length == 0 || length == whole.length / 2;
      assertThat(read.damage.isEmpty()).as("length %d", length).isEqualTo(atBoundary);
      assertThat(read.entries).as("length %d", length).hasSize(length < whole.length / 2 ? 0 : 1);
      assertThat(read.entries).allMatch(entry -> entry.lattice().isPresent());
      int end = length;
      read.damage.ifPresent(
          damage ->
              assertThat(damage.getMessage())
                  .startsWith(
                      "x.ark: at byte %d: damaged or cut off in utterance u".formatted(end)));
    }
  }

  /** Never is the beginning of a lattice taken for a lattice. */
  @ParameterizedTest
  @ValueSource(strings = {GOOD, LATTICE})
  void aTextArchiveThatEndsTooEarlyLosesItsLastLatticeOrNothing(String lattice) throws IOException {
    byte[] whole = archive(lattice);
    for (int length = 0; length < whole.length; length++) {
      Read read = read(Arrays.copyOf(whole, length));
      // The empty line at the end alone may be missing.
      int complete = length < whole.length / 2 - 1 ? 0 : length < whole.length - 1 ? 1 : 2;
      String expected = new String(whole, StandardCharsets.UTF_8);
      if (complete < 2) {
        expected = expected.substring(0, complete * whole.length / 2);
      }
      assertThat(written(read)).as("length %d", length).isEqualTo(expected);
      boolean told =
          read.damage.isPresent() || read.entries.stream().anyMatch(e -> e.failure().isPresent());
      boolean nothingBegan =
          length == 0
              || length == whole.length / 2
              || length == whole.length / 2 - 1
              || length == whole.length - 1;
      assertThat(told).as("length %d", length).isEqualTo(!nothingBegan);
    }
  }

  @Test
  void aLineWithoutItsEndIsRefusedAndANameWithoutLatticeIsDamage() throws IOException {
    Read line = read(bytes("u1 \n0\t1\t1\t1.5,20,3\n1\t0.5,0,"));
    assertThat(line.entries.get(0).failure().orElseThrow())
        .hasMessage("x.ark:3: the file ends within this line, or lacks the line feed after it");
    assertThat(line.damage).isEmpty();
    for (String name : new String[] {"u1", "u1 ", "u1 \n", "u1\n"}) {
      Read read = read(bytes(name));
      assertThat(read.entries).isEmpty();
      assertThat(read.damage.orElseThrow())
          .hasMessage(
              "x.ark: at byte %d: damaged or cut off in utterance u1: the file ends where a lattice should begin"
                  .formatted(name.length()));
    }
  }

  @Test
  void aCompressedArchiveThatEndsTooEarlyIsDamaged() throws IOException {
    for (byte[] plain : List.of(archive(GOOD), binary(GOOD + GOOD))) {
      byte[] whole = packed(plain);
      for (int length = 2; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        if (length < 10) {
          assertThatThrownBy(() -> read(cut))
              .isInstanceOf(IOException.class)
              .hasMessage("x.ark: damaged or cut off at its beginning");
          continue;
        }
        Read read = read(cut);
        assertThat(read.damage).as("length %d", length).isPresent();
        assertThat(read.damage.get().getMessage()).contains(": damaged or cut off");
        assertThat(read.entries).allMatch(entry -> entry.lattice().isPresent());
      }
      assertThat(read(whole).damage).isEmpty();
    }
  }

  @Test
  void aWrongChecksumIsDamage() throws IOException {
    byte[] whole = packed(archive(GOOD));
    whole[whole.length - 5] ^= 1;
    Read read = read(whole);
    assertThat(read.damage.orElseThrow())
        .hasMessage(
            "x.ark: at byte %d: damaged or cut off: Corrupt GZIP trailer"
                .formatted(archive(GOOD).length));
  }

  private static byte[] packed(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  /** At the end of each part this stream says that nothing is available. */
  @Test
  void everyPartOfACompressedArchiveIsRead() throws IOException {
    List<InputStream> parts = new ArrayList<>();
    for (int part = 0; part < 5; part++) {
      parts.add(new ByteArrayInputStream(packed(bytes(GOOD.replace("u1", "u" + part)))));
    }
    InputStream joined = new SequenceInputStream(Collections.enumeration(parts));
    List<String> utterances = new ArrayList<>();
    try (KaldiArchive archive = KaldiArchive.open(joined, "x.ark")) {
      for (Optional<KaldiArchive.Entry> e = archive.next(); e.isPresent(); e = archive.next()) {
        utterances.add(e.get().utterance());
      }
      assertThat(archive.damage()).isEmpty();
    }
    assertThat(utterances).containsExactly("u0", "u1", "u2", "u3", "u4");
  }
}
