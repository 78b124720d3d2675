package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.Safetensors.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final List<Entry> TWO = List.of(Entry.floats("a.b", 2, 1), Entry.bytes("q\"ö", 3));

  private static byte[] twoTensors(int headerLength) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter writer = SafetensorsWriter.begin(out, TWO, headerLength);
    writer.floats("a.b", new float[] {1.5f, -2});
    writer.bytes("q\"ö", new byte[] {0, -1, 7});
    writer.finish();
    return out.toByteArray();
  }

  private static SafetensorsReader read(byte[] file) throws IOException {
    return SafetensorsReader.begin(new ByteArrayInputStream(file), file.length, "m.safetensors");
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    String header =
        "{\"a.b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"q\\\"ö\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[8,11]}}";
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 11).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(text);
    while (expected.position() < 8 + padded) {
      expected.put((byte) ' ');
    }
    expected.putInt(0x3fc00000).putInt(0xc0000000).put(new byte[] {0, -1, 7});
    byte[] written = twoTensors(Safetensors.headerLength(TWO));
    assertThat(written).isEqualTo(expected.array());
    assertThat(Safetensors.fileLength(TWO, padded)).isEqualTo(written.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 800})
  void tensorsSurviveWithAnyPadding(int padding) throws IOException {
    SafetensorsReader reader = read(twoTensors(Safetensors.headerLength(TWO) + padding));
    assertThat(reader.entries()).isEqualTo(TWO);
    assertThat(reader.floats("a.b")).containsExactly(1.5f, -2);
    assertThat(reader.bytes("q\"ö")).containsExactly(0, -1, 7);
    assertThat(reader.metadata()).isEmpty();
  }

  @Test
  void arraysLongerThanAChunkSurvive() throws IOException {
    float[] values = new float[40_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(i * 7919);
    }
    List<Entry> entries = List.of(Entry.floats("w", values.length), Entry.floats("none", 0, 4));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter writer =
        SafetensorsWriter.begin(out, entries, Safetensors.headerLength(entries));
    writer.floats("w", values);
    writer.floats("none", new float[0]);
    writer.finish();
    SafetensorsReader reader = read(out.toByteArray());
    for (Entry entry : reader.entries()) {
      assertThat(reader.floats(entry.name()))
          .isEqualTo(entry.name().equals("w") ? values : new float[0]);
    }
  }

  @Test
  void halvesSurviveAndOtherValuesAreRounded() throws IOException {
    float[] values = new float[20_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float16.value((short) i);
    }
    List<Entry> entries = List.of(Entry.halves("s", values.length), Entry.halves("t", 3));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter writer =
        SafetensorsWriter.begin(out, entries, Safetensors.headerLength(entries));
    writer.halves("s", values);
    writer.halves("t", new float[] {1, 0.1f, -2});
    writer.finish();
    byte[] file = out.toByteArray();
    assertThat(Arrays.copyOfRange(file, file.length - 6, file.length))
        .containsExactly(0x00, 0x3c, 0x66, 0x2e, 0x00, 0xc0);
    assertThat(new String(file, StandardCharsets.UTF_8))
        .contains("\"t\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[40002,40008]}");
    SafetensorsReader reader = read(file);
    assertThat(reader.entries()).isEqualTo(entries);
    assertThat(reader.floats("s")).isEqualTo(values);
    assertThat(reader.floats("t")).containsExactly(1, 0.099975586f, -2);
  }

  @Test
  void theWriterHoldsCallersToTheHeader() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter writer = SafetensorsWriter.begin(out, TWO, Safetensors.headerLength(TWO));
    assertThatThrownBy(() -> writer.bytes("q\"ö", new byte[3]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> writer.floats("a.b", new float[3]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::finish).hasMessage("the tensor a.b was never written");
    assertThatThrownBy(() -> SafetensorsWriter.begin(out, TWO, 64))
        .hasMessageContaining("a safetensors header of 64 bytes cannot hold");
    Entry twin = Entry.bytes("a.b", 1);
    assertThatThrownBy(() -> SafetensorsWriter.begin(out, List.of(twin, twin), 800))
        .hasMessage("the tensor a.b is given twice");
  }

  /** A file with a header of our own making and some bytes of data. */
  private static byte[] file(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private static String tensor(String name, String type, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, type, shape, begin, end);
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("m.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void readsTensorsInTheOrderOfTheirDataAndKeepsMetadata() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + tensor("z", "U8", "[]", 0, 1)
            + ","
            + tensor("a", "U8", "[1]", 1, 2)
            + "}";
    SafetensorsReader reader = read(file(header, 2));
    assertThat(reader.entries()).extracting(Entry::name).containsExactly("z", "a");
    assertThat(reader.metadata()).isEqualTo(Map.of("format", "pt"));
    assertThatThrownBy(() -> reader.bytes("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void freeTextFieldsComeBack() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter writer =
        SafetensorsWriter.begin(
            out, List.of(Entry.floats("a", 1)), Map.of("format", "pt", "what", "a \"b\" ü"));
    writer.floats("a", new float[] {3});
    writer.finish();
    SafetensorsReader reader = read(out.toByteArray());
    assertThat(reader.metadata()).isEqualTo(Map.of("format", "pt", "what", "a \"b\" ü"));
    assertThat(reader.entries()).containsExactly(Entry.floats("a", 1));
    assertThat(reader.floats("a")).containsExactly(3);
    assertThat(out.toString(StandardCharsets.UTF_8).substring(8))
        .startsWith("{\"__metadata__\":{\"format\":\"pt\",\"what\":\"a \\\"b\\\" ü\"},\"a\":{");
    assertThat(out.size() % 8).isEqualTo(4);
  }

  @Test
  void refusesGapsOverlapsAndForeignLengths() {
    String first = tensor("a", "F32", "[2]", 0, 8);
    assertRefused(
        file("{" + first + "," + tensor("b", "U8", "[2]", 9, 11) + "}", 11),
        "the tensor b begins at offset 9 where the one before it ends at 8");
    assertRefused(
        file("{" + first + "," + tensor("b", "U8", "[2]", 7, 9) + "}", 9),
        "the tensor b begins at offset 7 where the one before it ends at 8");
    assertRefused(
        file("{" + first + "}", 9), "the tensors end at offset 8, but the file holds 9 bytes");
    assertRefused(file("{" + first + "}", 7), "must be an integer from 0 to 7");
    assertRefused(
        file("{" + tensor("a", "F32", "[3]", 0, 8) + "}", 8),
        "the tensor a of type F32 and shape [3] has 12 bytes, but its offsets are [0, 8]");
    assertRefused(
        file("{" + tensor("a", "F32", "[2]", 8, 0) + "}", 8), "but its offsets are [8, 0]");
  }

  @Test
  void refusesForeignTypesAndImpossibleShapes() {
    assertRefused(
        file("{" + tensor("a", "BF16", "[2]", 0, 4) + "}", 4),
        "the tensor a has the type BF16; only F32, F16 and U8 are read");
    assertRefused(
        file("{" + tensor("a", "U8", "[65536,65536]", 0, 4) + "}", 4),
        "the tensor a has the shape [65536, 65536]");
    assertRefused(file("{" + tensor("a", "U8", "[-1]", 0, 4) + "}", 4), "must be an integer");
    assertRefused(file("{" + tensor("a", "U8", "[1.5]", 0, 4) + "}", 4), "must be an integer");
    assertRefused(file("{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0), "data_offsets");
    assertRefused(file("{\"a\":3}", 0), "must be an object");
  }

  @Test
  void refusesHeadersThatAreNotJson() {
    assertRefused(file("{]", 0), "not a valid JSON object");
    assertRefused(file("[]", 0), "not a valid JSON object");
    assertRefused(file("{\"a\":{},\"a\":{}}", 0), "not a valid JSON object");
    assertRefused(file("{\"a\":" + "[".repeat(100_000), 0), "nested deeper than 32 levels");
    byte[] bad = file("{\"ab\":1}", 0);
    bad[10] = (byte) 0xff;
    assertRefused(bad, "not valid UTF-8");
  }

  @Test
  void checksTheHeaderLengthBeforeItAllocates() {
    assertRefused(new byte[7], "7 bytes are too few");
    for (long length : new long[] {0, 1, -1, Long.MAX_VALUE, 1 << 25, 9}) {
      byte[] file = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      assertRefused(file, "the header length is " + length + " in a file of 16 bytes");
    }
  }

  @Test
  void aFileThatIsShorterThanItsLengthSaysIsAnIoError() throws IOException {
    byte[] whole = twoTensors(Safetensors.headerLength(TWO));
    byte[] cut = Arrays.copyOf(whole, whole.length - 2);
    SafetensorsReader reader =
        SafetensorsReader.begin(new ByteArrayInputStream(cut), whole.length, "m.safetensors");
    reader.floats("a.b");
    assertThatThrownBy(() -> reader.bytes("q\"ö"))
        .isInstanceOf(EOFException.class)
        .hasMessage("m.safetensors: the file ends inside the tensor q\"ö, 2 bytes too early");
  }

  @Test
  void entriesKnowTheirLengths() {
    assertThat(Entry.floats("a", 3, 5).length()).isEqualTo(60);
    assertThat(new Entry("a", Safetensors.Type.U8, List.of()).elements()).isEqualTo(1);
    assertThatThrownBy(() -> Entry.bytes("__metadata__", 1))
        .hasMessage("\"__metadata__\" cannot be a tensor's name");
    assertThatThrownBy(() -> Entry.floats("a", 65536, 32768)).hasMessageContaining("2^31");
    assertThat(Entry.floats("a", 65536, 32767).elements()).isEqualTo(65536 * 32767);
  }
}
