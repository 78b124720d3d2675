package org.bitlattice.allocation;

import java.util.regex.Pattern;
import org.bitlattice.quant.WeightUnit;

/**
 * A regular expression for units: it must match the whole name of a unit or of its tensor.
 *
 * @param regex the expression, in the syntax of {@link Pattern}
 */
public record UnitPattern(String regex) {
  /**
   * @throws java.util.regex.PatternSyntaxException when it is not a regular expression
   */
  public UnitPattern {
    Pattern.compile(regex);
  }

  /** Whether the expression matches a unit. */
  public boolean matches(WeightUnit unit) {
    Pattern pattern = Pattern.compile(regex);
    return pattern.matcher(unit.name()).matches()
        || pattern.matcher(unit.tensor().name()).matches();
  }
}
