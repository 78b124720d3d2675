package org.bitlattice.search;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;

/** What a super-network mixes: the values of every weight matrix at each precision. */
public sealed interface Branches extends Serializable permits FrozenBranches, FollowedTables {
  /** Gives everything that is not quantized. */
  LmWeights weights();

  /**
   * f_n(W) of every matrix.
   *
   * @return for each precision the values by tensor name
   */
  List<Map<String, float[]>> entries();
}
