package org.bitlattice.jobs.command;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bitlattice.settings.SystemSettings.Method;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a method that makes a low-bit model, written as in settings. */
final class MethodName implements ITypeConverter<Method> {
  private static final List<Method> ALLOWED =
      Arrays.stream(Method.values()).filter(method -> method != Method.FULL_PRECISION).toList();

  /** The method as it is written. */
  static String written(Method method) {
    return method.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Method convert(String value) {
    return ALLOWED.stream()
        .filter(method -> written(method).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is not a method; allowed: %s"
                        .formatted(
                            value,
                            ALLOWED.stream()
                                .map(MethodName::written)
                                .collect(Collectors.joining(", ")))));
  }
}
