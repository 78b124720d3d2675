package org.bitlattice.search;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.ModelFiles;

/**
 * The logits of a search between two rounds as a file, all numbers big-endian: the eight bytes
 * {@code BLSEARC1}; numbers of units, of precisions and of scales of one precision (ints) and of
 * steps (long); logits, means and squares unit by unit (doubles); the scales precision by precision
 * and row by row (floats); the SHA-256 digest of all that.
 */
final class SearchFile {
  private static final byte[] MAGIC = {'B', 'L', 'S', 'E', 'A', 'R', 'C', '1'};
  private static final int HEADER_BYTES = MAGIC.length + 3 * Integer.BYTES + Long.BYTES;
  private static final int DIGEST_BYTES = 32;

  private SearchFile() {}

  /**
   * What the file holds.
   *
   * @param scales of each row, by precision and tensor; empty for frozen branches
   */
  record Content(LogitState logits, List<Map<String, float[]>> scales) {}

  /**
   * What a reader expects.
   *
   * @param rows of each tensor; empty for frozen branches
   */
  record Shape(int units, int precisions, Map<String, Integer> rows) {
    int scales() {
      return rows.values().stream().mapToInt(Integer::intValue).sum();
    }

    long bytes() {
      long numbers = 3L * Double.BYTES * units + (long) Float.BYTES * scales();
      return HEADER_BYTES + precisions * numbers + DIGEST_BYTES;
    }
  }

  static void write(ModelFiles files, String name, Content content) throws IOException {
    MessageDigest digest = sha256();
    double[][] logits = content.logits().logits().values();
    try (OutputStream raw = files.create(name)) {
      DataOutputStream out = new DataOutputStream(new DigestOutputStream(raw, digest));
      out.write(MAGIC);
      out.writeInt(logits.length);
      out.writeInt(logits[0].length);
      out.writeInt(
          content.scales().isEmpty()
              ? 0
              : content.scales().get(0).values().stream().mapToInt(rows -> rows.length).sum());
      out.writeLong(content.logits().steps());
      for (double[][] part :
          List.of(logits, content.logits().means(), content.logits().squares())) {
        writeDoubles(out, part);
      }
      for (Map<String, float[]> precision : content.scales()) {
        for (float[] rows : precision.values()) {
          for (float scale : rows) {
            out.writeFloat(scale);
          }
        }
      }
      out.flush();
      raw.write(digest.digest());
    }
  }

  private static void writeDoubles(DataOutputStream out, double[][] values) throws IOException {
    for (double[] unit : values) {
      for (double value : unit) {
        out.writeDouble(value);
      }
    }
  }

  static Content read(ModelFiles files, String name, Shape shape) throws IOException {
    String location = files.location(name);
    long length = files.length(name);
    if (length != shape.bytes()) {
      throw damaged(location, "it has %d bytes where %d belong".formatted(length, shape.bytes()));
    }
    MessageDigest digest = sha256();
    try (InputStream raw = files.open(name)) {
      DataInputStream in = new DataInputStream(new DigestInputStream(raw, digest));
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw damaged(location, "it does not start with BLSEARC1");
      }
      int units = in.readInt();
      int precisions = in.readInt();
      int scales = in.readInt();
      if (units != shape.units() || precisions != shape.precisions() || scales != shape.scales()) {
        throw damaged(
            location,
            "it holds %d units, %d precisions and %d scales where there are %d, %d and %d"
                .formatted(
                    units, precisions, scales, shape.units(), shape.precisions(), shape.scales()));
      }
      long steps = in.readLong();
      LogitState logits =
          new LogitState(
              new PrecisionLogits(readDoubles(in, units, precisions)),
              readDoubles(in, units, precisions),
              readDoubles(in, units, precisions),
              steps);
      List<Map<String, float[]>> read = readScales(in, shape);
      byte[] expected = digest.digest();
      if (!Arrays.equals(expected, raw.readNBytes(DIGEST_BYTES))) {
        throw damaged(location, "its SHA-256 digest does not match");
      }
      return new Content(logits, read);
    }
  }

  private static double[][] readDoubles(DataInputStream in, int units, int precisions)
      throws IOException {
    double[][] values = new double[units][precisions];
    for (double[] unit : values) {
      for (int n = 0; n < unit.length; n++) {
        unit[n] = in.readDouble();
      }
    }
    return values;
  }

  private static List<Map<String, float[]>> readScales(DataInputStream in, Shape shape)
      throws IOException {
    List<Map<String, float[]>> scales = new ArrayList<>();
    for (int n = 0; n < shape.precisions() && !shape.rows().isEmpty(); n++) {
      Map<String, float[]> precision = new LinkedHashMap<>();
      for (Map.Entry<String, Integer> tensor : shape.rows().entrySet()) {
        float[] rows = new float[tensor.getValue()];
        for (int row = 0; row < rows.length; row++) {
          rows[row] = in.readFloat();
        }
        precision.put(tensor.getKey(), rows);
      }
      scales.add(precision);
    }
    return scales;
  }

  private static IllegalArgumentException damaged(String location, String what) {
    return new IllegalArgumentException(
        "cannot resume the search from %s: %s; give an undamaged checkpoint or start again"
            .formatted(location, what));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
