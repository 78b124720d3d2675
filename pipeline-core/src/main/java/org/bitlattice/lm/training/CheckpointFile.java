package org.bitlattice.lm.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.TensorShape;

/**
 * The checkpoint format: the eight bytes {@code BLTRAIN1}; number of steps, of weights and of
 * optimiser values (big-endian longs); the weights tensor by tensor and the optimiser values as
 * little-endian floats; the SHA-256 digest of all that.
 */
final class CheckpointFile {
  private static final byte[] MAGIC = "BLTRAIN1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = MAGIC.length + 3 * Long.BYTES;
  private static final int DIGEST_BYTES = 32;
  private static final int CHUNK_FLOATS = 1 << 14;

  private CheckpointFile() {}

  static void write(ModelFiles files, String name, TrainingState state) throws IOException {
    MessageDigest digest = sha256();
    LmWeights weights = state.weights();
    try (OutputStream raw = files.create(name)) {
      DataOutputStream out = new DataOutputStream(new DigestOutputStream(raw, digest));
      out.write(MAGIC);
      out.writeLong(state.iterations());
      out.writeLong(weights.architecture().parameters());
      out.writeLong(state.updaterState().length);
      for (TensorShape shape : weights.architecture().tensors()) {
        writeFloats(out, weights.tensor(shape.name()));
      }
      writeFloats(out, state.updaterState());
      out.flush();
      raw.write(digest.digest());
    }
  }

  static TrainingState read(ModelFiles files, String name, LmArchitecture architecture)
      throws IOException {
    String location = files.location(name);
    long length = files.length(name);
    MessageDigest digest = sha256();
    try (InputStream raw = files.open(name)) {
      require(length >= HEADER_BYTES + DIGEST_BYTES, location, "it has only %d bytes", length);
      DataInputStream in = new DataInputStream(new DigestInputStream(raw, digest));
      byte[] magic = in.readNBytes(MAGIC.length);
      require(Arrays.equals(magic, MAGIC), location, "it does not start with BLTRAIN1");
      long iterations = in.readLong();
      long parameters = in.readLong();
      long updaterValues = in.readLong();
      require(
          parameters == architecture.parameters(),
          location,
          "it holds %d weights where the model has %d",
          parameters,
          architecture.parameters());
      long body = length - HEADER_BYTES - DIGEST_BYTES;
      require(
          updaterValues >= 0
              && updaterValues <= Integer.MAX_VALUE - 8
              && body == Float.BYTES * (parameters + updaterValues),
          location,
          "its length of %d bytes does not fit its header",
          length);
      Map<String, float[]> tensors = new LinkedHashMap<>();
      for (TensorShape shape : architecture.tensors()) {
        tensors.put(shape.name(), readFloats(in, shape.size()));
      }
      float[] updater = readFloats(in, (int) updaterValues);
      byte[] expected = digest.digest();
      byte[] written = raw.readNBytes(DIGEST_BYTES);
      require(Arrays.equals(expected, written), location, "its SHA-256 digest does not match");
      return new TrainingState(LmWeights.of(architecture, tensors), updater, iterations);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // Its annotation would be a dependency for one method.
  private static void require(boolean condition, String location, String what, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(
          "cannot resume training from %s: %s; give an undamaged checkpoint or start again"
              .formatted(location, what.formatted(values)));
    }
  }

  private static void writeFloats(OutputStream out, float[] values) throws IOException {
    byte[] bytes = new byte[CHUNK_FLOATS * Float.BYTES];
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int first = 0; first < values.length; first += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - first);
      floats.clear().put(values, first, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }

  private static float[] readFloats(DataInputStream in, int length) throws IOException {
    float[] values = new float[length];
    byte[] bytes = new byte[CHUNK_FLOATS * Float.BYTES];
    FloatBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int first = 0; first < length; first += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, length - first);
      in.readFully(bytes, 0, count * Float.BYTES);
      floats.clear().get(values, first, count);
    }
    return values;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
