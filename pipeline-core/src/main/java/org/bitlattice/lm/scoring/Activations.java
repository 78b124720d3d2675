package org.bitlattice.lm.scoring;

import java.util.Optional;

/** Rows [N, columns] that products take, in the forms that the products ask for. */
interface Activations {
  /** Zero point of the 8-bit codes: x = scale · (code − 128). */
  int ZERO_POINT = 128;

  /** Name of the rows as floats; nodes are added when this is first asked for. */
  String floats();

  /** Whether there are 8-bit codes that do not depend on other rows. */
  boolean coded();

  /**
   * Name of the rows as unsigned 8-bit codes with the zero point {@value #ZERO_POINT}; nodes are
   * added when this is first asked for.
   *
   * @throws IllegalStateException when there are none
   */
  Codes codes();

  /**
   * Rows as 8-bit codes.
   *
   * @param name of the codes, uint8 [N, columns]
   * @param scale one scale of all rows
   * @param rowScales name of a factor for each row beside that, float [N, 1]
   */
  record Codes(String name, float scale, Optional<String> rowScales) {}
}
