package org.bitlattice.lm.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitlattice.lm.scoring.OnnxModel.Attribute;

/**
 * A product whose matrix lies in several runs of rows, each with a product of its own.
 *
 * @param parts the products, in the order of rows
 * @param rows the rows of each
 */
record StackedProduct(List<MatrixProduct> parts, List<Integer> rows) implements MatrixProduct {
  private static final Attribute AXIS_1 = new Attribute("axis", 1);

  StackedProduct {
    parts = List.copyOf(parts);
    rows = List.copyOf(rows);
  }

  @Override
  public String times(OnnxModel model, Activations x, String output) {
    List<String> names = new ArrayList<>();
    for (MatrixProduct part : parts) {
      names.add(part.times(model, x, partOf(output, names.size())));
    }
    return model.node("Concat", AXIS_1, output, names.toArray(String[]::new));
  }

  @Override
  public String plusBias(OnnxModel model, Activations x, String output, float[] bias) {
    List<String> names = new ArrayList<>();
    int from = 0;
    for (MatrixProduct part : parts) {
      int to = from + rows.get(names.size());
      float[] own = Arrays.copyOfRange(bias, from, to);
      names.add(part.plusBias(model, x, partOf(output, names.size()), own));
      from = to;
    }
    return model.node("Concat", AXIS_1, output, names.toArray(String[]::new));
  }

  private static String partOf(String output, int part) {
    return "%s_part%d".formatted(output, part);
  }
}
