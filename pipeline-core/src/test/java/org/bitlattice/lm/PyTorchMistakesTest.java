package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.text.RowWords;
import org.junit.jupiter.api.Test;

/** Files that are not the model that they should be: one sentence each, naming file and tensor. */
class PyTorchMistakesTest {
  private static final String NAMES =
      "; the names of one are encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0 (and so on for each layer), decoder.weight and decoder.bias";
  private static final PyTorchImport.Request REQUEST =
      new PyTorchImport.Request(
          "",
          new RowWords(List.of("</s>", "<unk>", "a", "b", "c", "d"), "words.txt"),
          new WordRoles("</s>", "</s>", "<unk>", Set.of()),
          PyTorchImport.Output.AS_STORED);

  /** Six words, embeddings of 7, two layers of 5 units. */
  private static StateDictionary good() {
    return StateDictionary.of(TinyModels.random(new LstmArchitecture(6, 7, 5, 2), 1, 1));
  }

  private static void assertRefused(StateDictionary file, String fault) {
    assertRefused(file.bytes(), "lm.st is not a word LSTM that can be imported: " + fault + NAMES);
  }

  private static void assertRefused(byte[] file, String sentence) {
    assertThatThrownBy(() -> StateDictionary.read(file, REQUEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void missingTensorsAreNamed() {
    assertRefused(
        good().without("rnn.weight_ih_l1", "rnn.bias_hh_l0"),
        "the tensor rnn.bias_hh_l0 is missing; the tensor rnn.weight_ih_l1 is missing");
    assertRefused(
        good().without("encoder.weight"),
        "the tensor encoder.weight is missing; its tensors are rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0, rnn.weight_ih_l1 and 5 more");
    assertRefused(
        good().without("decoder.weight"),
        "decoder.weight is missing, and encoder.weight cannot stand for it: embeddings have 7 values, and the LSTM has 5 units");
    assertRefused(new StateDictionary(), "the tensor encoder.weight is missing; its tensors are ");
  }

  @Test
  void tensorsTooManyAreNamed() {
    assertRefused(
        good().put("attention.weight", "[1]", 1), "the tensor attention.weight is not known");
    assertRefused(
        good().put("rnn.weight_ih_l3", "[20,5]", new float[100]),
        "the tensor rnn.weight_ih_l3 is not known");
    assertRefused(good().named("decoder.bias", "decoder.b"), "the tensor decoder.b is not known");
  }

  @Test
  void wrongShapesAreNamed() {
    assertRefused(
        good().put("decoder.bias", "[5]", new float[5]),
        "the tensor decoder.bias has the shape [5] where [6] fits");
    assertRefused(
        good().put("rnn.weight_ih_l0", "[7,20]", new float[140]),
        "the tensor rnn.weight_ih_l0 has the shape [7, 20] where [20, 7] fits");
    assertRefused(
        good().put("rnn.bias_ih_l1", "[1,20]", new float[20]),
        "the tensor rnn.bias_ih_l1 has the shape [1, 20] where [20] fits");
    assertRefused(
        good().put("encoder.weight", "[42]", new float[42]),
        "the tensor encoder.weight has the shape [42]; it must be a matrix");
    assertRefused(
        good().put("rnn.weight_hh_l0", "[21,5]", new float[105]),
        "the tensor rnn.weight_hh_l0 has the shape [21, 5]; an LSTM has four rows for each unit");
    assertRefused(
        good().put("rnn.weight_hh_l0", "[0,2147483647]"),
        "the tensor rnn.weight_hh_l0 has the shape [0, 2147483647]; an LSTM has four rows for each unit");
    assertRefused(
        good().put("encoder.weight", "[0,7]").bytes(),
        "lm.st: the vocabulary size of an LSTM is 0; it must be at least 3");
  }

  @Test
  void otherNetworksAreNamed() {
    assertRefused(
        good().put("rnn.weight_hh_l0", "[15,5]", new float[75]),
        "the tensor rnn.weight_hh_l0 has the shape [15, 5], which is that of a GRU; only LSTMs are known, with four rows for each unit");
    assertRefused(
        good().put("rnn.weight_hh_l0", "[5,5]", new float[25]),
        "the tensor rnn.weight_hh_l0 has the shape [5, 5], which is that of a plain recurrent network; only LSTMs are known, with four rows for each unit");
    assertRefused(
        good().put("rnn.weight_ih_l0_reverse", "[20,7]", new float[140]),
        "the tensor rnn.weight_ih_l0_reverse belongs to a bidirectional LSTM, which sees the words that it predicts");
    assertRefused(
        good().put("rnn.weight_hr_l0", "[3,5]", new float[15]),
        "the tensor rnn.weight_hr_l0 belongs to an LSTM with projections (proj_size), which is not known here");
  }

  @Test
  void typesThatAreNotReadAreNamed() {
    for (String type : List.of("F64", "I64", "U8", "BOOL", "F8_E4M3")) {
      assertRefused(
          good().put("decoder.bias", type, "[6]", new byte[48]).bytes(),
          "lm.st: the tensor decoder.bias has the type %s; only F32, F16 and BF16 are read"
              .formatted(type));
    }
  }

  @Test
  void valuesThatAreNotFiniteAreNamed() {
    assertRefused(
        good().put("decoder.bias", "[6]", 0, 0, Float.NaN, 0, 0, 0).bytes(),
        "lm.st: the tensor decoder.bias holds NaN at index 2; weights must be finite");
    assertRefused(
        good()
            .put(
                "decoder.bias", "BF16", "[6]", new byte[] {0, 0, -128, 127, 0, 0, 0, 0, 0, 0, 0, 0})
            .bytes(),
        "lm.st: the tensor decoder.bias holds Infinity at index 1; weights must be finite");
  }

  @Test
  void wordsThatDoNotFitTheRowsAreCounted() {
    PyTorchImport.Request fewer =
        new PyTorchImport.Request(
            "",
            new RowWords(List.of("</s>", "<unk>", "a"), "words.txt"),
            REQUEST.roles(),
            REQUEST.output());
    assertThatThrownBy(() -> good().read(fewer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lm.st: the tensor encoder.weight has 6 rows, but words.txt lists 3 words; every row needs its word, those of symbols such as <eps> and #0 too, where the model has them");
  }

  @Test
  void everyTruncationIsRefusedWithoutAnotherError() {
    byte[] file = good().bytes();
    for (int length = 0; length < file.length; length += 7) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> StateDictionary.read(cut, REQUEST))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("lm.st");
    }
  }

  private static byte[] withHeaderLength(long length) {
    byte[] file = good().bytes();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    return file;
  }

  @Test
  void hostileHeaderLengthsAreRefusedBeforeAllocation() {
    int size = good().bytes().length;
    for (long length : new long[] {Long.MIN_VALUE, -1, 0, 1, 1L << 40, Long.MAX_VALUE, size}) {
      assertRefused(
          withHeaderLength(length),
          "lm.st: the header length is %d in a file of %d bytes; a safetensors header has 2 to 16777216 bytes inside the file"
              .formatted(length, size));
    }
  }

  /** The good file with a piece of its header replaced by one of the same length or padded. */
  private static byte[] edited(String from, String to) {
    byte[] file = good().bytes();
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(file, 8, length, StandardCharsets.UTF_8);
    assertThat(header).contains(from);
    byte[] changed = header.replace(from, to).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(file.length - length + changed.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(changed.length)
        .put(changed)
        .put(file, 8 + length, file.length - 8 - length)
        .array();
  }

  @Test
  void hostileOffsetsAndShapesAreRefusedBeforeAllocation() {
    assertRefused(
        edited("[0,168]", "[4,172]"),
        "lm.st: the tensor encoder.weight begins at offset 4 where the one before it ends at 0; tensors lie one after the other without gap or overlap");
    assertRefused(
        edited("[168,728]", "[0,560]"),
        "lm.st: the tensor rnn.weight_ih_l0 begins at offset 0 where the one before it ends at 168; tensors lie one after the other without gap or overlap");
    assertRefused(
        edited("[0,168]", "[-168,0]"),
        "lm.st: \"encoder.weight\".\"data_offsets\"[0] is -168; it must be an integer from 0 to 2392");
    assertRefused(
        edited("[0,168]", "[0,9223372036854775807]"),
        "lm.st: \"encoder.weight\".\"data_offsets\"[1] is 9223372036854775807; it must be an integer from 0 to 2392");
    assertRefused(
        edited("[0,168]", "[168,0]"),
        "lm.st: the tensor encoder.weight of type F32 and shape [6, 7] has 168 bytes, but its offsets are [168, 0]");
    assertRefused(
        edited("[6,7]", "[2147483647,2147483647]"),
        "lm.st: the tensor encoder.weight has the shape [2147483647, 2147483647]; dimensions are not negative and a tensor has fewer than 2^31 elements");
    assertRefused(
        edited("[6,7]", "[4294967298,7]"),
        "lm.st: \"encoder.weight\".\"shape\"[0] is 4294967298; it must be an integer from 0 to 2147483647");
  }

  @Test
  void aTensorThatIsGivenTwiceIsRefused() {
    assertThatThrownBy(
            () -> StateDictionary.read(edited("\"decoder.bias\"", "\"encoder.weight\""), REQUEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("lm.st: not a valid JSON object: ")
        .hasMessageContaining("encoder.weight");
  }
}
