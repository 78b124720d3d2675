package org.bitlattice.jobs.command;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as people write it, such as {@code 12MB}, {@code 12.5 MB}, {@code 800KiB} or
 * {@code 500000}. 1 MB is 10⁶ bytes, 1 MiB is 2²⁰; large and small letters mean the same.
 *
 * @param text what was written
 * @param unit its unit; empty for bytes
 * @param bytes how many bytes it is, fractions cut off
 */
record ByteSize(String text, String unit, long bytes) {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{1,18}(?:\\.[0-9]{1,18})?)\\s*([kmg]i?b|b|)", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "b",
          1L,
          "kb",
          1_000L,
          "mb",
          1_000_000L,
          "gb",
          1_000_000_000L,
          "kib",
          1L << 10,
          "mib",
          1L << 20,
          "gib",
          1L << 30);

  /** More than any file has, and still a number that settings take. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000_000_000L);

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException naming what is allowed
   */
  static ByteSize of(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (form.matches()) {
      BigDecimal bytes = new BigDecimal(form.group(1)).multiply(bytesOf(form.group(2)));
      if (bytes.compareTo(BigDecimal.ONE) >= 0 && bytes.compareTo(MOST) <= 0) {
        return new ByteSize(text.strip(), form.group(2), bytes.longValue());
      }
    }
    throw new IllegalArgumentException(
        "'%s' is not a size; allowed: a number from 1 byte to 1000000 GB, alone (bytes) or with kB, MB, GB (1 MB = 1000000 bytes), KiB, MiB or GiB (1 MiB = 1048576 bytes), such as 12MB or 800KiB"
            .formatted(text));
  }

  private static BigDecimal bytesOf(String unit) {
    return BigDecimal.valueOf(UNITS.get(unit.toLowerCase(Locale.ROOT)));
  }

  /** Another size in this one's unit, rounded up so that what is printed is not less. */
  String inSameUnit(long others) {
    BigDecimal one = bytesOf(unit);
    BigDecimal rounded = BigDecimal.valueOf(others).divide(one, 3, RoundingMode.CEILING);
    return rounded.stripTrailingZeros().toPlainString() + unit;
  }

  /** Reads an option. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String value) {
      try {
        return of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
