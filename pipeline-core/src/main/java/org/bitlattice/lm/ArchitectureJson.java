package org.bitlattice.lm;

/**
 * An architecture as a JSON object, such as
 *
 * <pre>
 * {"kind": "lstm", "vocabulary-size": 7000, "embedding-size": 200, "hidden-size": 200, "layers": 2}
 * </pre>
 *
 * and {@code "output": "tied"} where the embedding is the output matrix too.
 */
public final class ArchitectureJson {
  /** Largest vocabulary, embedding or layer width that is read: nothing larger fits a tensor. */
  private static final int MAX_SIZE = 100_000_000;

  static final int MAX_LAYERS = 1000;

  private static final String OUTPUT = "output";
  private static final String TIED = "tied";

  private ArchitectureJson() {}

  /** The architecture as one line of JSON. */
  public static String write(LmArchitecture architecture) {
    LstmArchitecture lstm = (LstmArchitecture) architecture;
    return ("{\"kind\": \"%s\", \"vocabulary-size\": %d, \"embedding-size\": %d,"
            + " \"hidden-size\": %d, \"layers\": %d%s}")
        .formatted(
            lstm.kind(),
            lstm.vocabularySize(),
            lstm.embeddingSize(),
            lstm.hiddenSize(),
            lstm.layers(),
            lstm.tied() ? ", \"output\": \"tied\"" : "");
  }

  /**
   * Reads an architecture.
   *
   * @param parent the object that has the architecture as a field
   * @param key name of the field
   * @throws IllegalArgumentException naming document and field when one is missing, unknown or out
   *     of bounds, or when a tensor would have 2³¹ values or more
   */
  public static LmArchitecture read(JsonObject parent, String key) {
    JsonObject fields = parent.object(key);
    String kind = fields.text("kind");
    if (!kind.equals(LstmArchitecture.KIND)) {
      throw new IllegalArgumentException(
          "%s: the architecture \"%s\" is not known; known is %s"
              .formatted(fields.where("kind"), kind, LstmArchitecture.KIND));
    }
    fields.allowOnly("kind", "vocabulary-size", "embedding-size", "hidden-size", "layers", OUTPUT);
    LmArchitecture architecture = lstm(fields, parent.where(key));
    for (TensorShape shape : architecture.tensors()) {
      if ((long) shape.rows() * shape.columns() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s: the tensor %s would have the shape [%d, %d]; a tensor has fewer than 2^31 values"
                .formatted(parent.where(key), shape.name(), shape.rows(), shape.columns()));
      }
    }
    return architecture;
  }

  private static LstmArchitecture lstm(JsonObject fields, String where) {
    LstmArchitecture separate =
        new LstmArchitecture(
            fields.integer("vocabulary-size", 3, MAX_SIZE),
            fields.integer("embedding-size", 1, MAX_SIZE),
            fields.integer("hidden-size", 1, MAX_SIZE),
            fields.integer("layers", 1, MAX_LAYERS));
    if (!fields.keys().contains(OUTPUT)) {
      return separate;
    }
    if (!fields.text(OUTPUT).equals(TIED)) {
      throw new IllegalArgumentException(
          "%s is \"%s\"; it must be \"%s\", or absent for an output matrix of its own"
              .formatted(fields.where(OUTPUT), fields.text(OUTPUT), TIED));
    }
    try {
      return separate.with(separate.vocabularySize(), LstmArchitecture.Output.TIED);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
