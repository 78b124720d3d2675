package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "500000, 500000",
    "1, 1",
    "12B, 12",
    "12MB, 12000000",
    "12.5 MB, 12500000",
    "800kB, 800000",
    "800KB, 800000",
    "800KiB, 819200",
    "3MiB, 3145728",
    "0.5 gib, 536870912",
    "2GB, 2000000000",
    "1.0000009kB, 1000",
    "1000000GB, 1000000000000000"
  })
  void aSizeIsANumberWithAUnit(String text, long bytes) {
    assertThat(ByteSize.of(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MB",
        "-1",
        "0",
        "0.4",
        "1e6",
        "12 megabytes",
        "12mbit",
        "1,5MB",
        "12M",
        "1000001GB",
        "99999999999999999999"
      })
  void whatIsNoSizeIsRefusedWithWhatIs(String text) {
    assertThatThrownBy(() -> ByteSize.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'%s' is not a size; allowed: a number from 1 byte to 1000000 GB, alone (bytes) or with kB, MB, GB (1 MB = 1000000 bytes), KiB, MiB or GiB (1 MiB = 1048576 bytes), such as 12MB or 800KiB"
                .formatted(text));
  }

  @Test
  void anotherSizeIsWrittenInTheSameUnitAndNotSmaller() {
    assertThat(ByteSize.of("1MB").inSameUnit(730_084)).isEqualTo("0.731MB");
    assertThat(ByteSize.of("1kB").inSameUnit(730_084)).isEqualTo("730.084kB");
    assertThat(ByteSize.of("1 KiB").inSameUnit(2048)).isEqualTo("2KiB");
    assertThat(ByteSize.of("17").inSameUnit(730_084)).isEqualTo("730084");
  }
}
