package org.bitlattice.lattice;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages bytes as disks, copies and scripts do. */
final class FuzzDamage {
  private static final String[] NUMBERS = {
    "-1",
    "NaN",
    "1e999",
    "99999999999",
    "0",
    "2147483647",
    "-Infinity",
    "",
    "0x10",
    "4e-324",
    "1e38",
    "-3e38"
  };
  private static final int[] INTEGERS = {
    -1, 0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 500_000_000, 1 << 20, 0x7fc00000, 0x7f800000
  };
  private static final int LONGEST_BLOCK = 2_000;

  private final Random random;

  FuzzDamage(Random random) {
    this.random = random;
  }

  /** Damages a copy in one to three places. */
  byte[] of(byte[] whole) {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(3); times > 0 && bytes.length > 0; times--) {
      bytes =
          switch (random.nextInt(9)) {
            case 0, 1 -> flipped(bytes);
            case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 3 -> lines(bytes, 0);
            case 4 -> lines(bytes, 2);
            case 5 -> integer(bytes);
            case 6 -> block(bytes);
            default -> number(bytes);
          };
    }
    return bytes;
  }

  private byte[] flipped(byte[] bytes) {
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      int place = random.nextInt(bytes.length);
      bytes[place] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) (bytes[place] ^ (1 << random.nextInt(8)));
    }
    return bytes;
  }

  /** One line left out, or written so many times. */
  private byte[] lines(byte[] bytes, int copies) {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("(?<=\n)");
    int chosen = random.nextInt(lines.length);
    StringBuilder changed = new StringBuilder(bytes.length);
    for (int i = 0; i < lines.length; i++) {
      changed.append(lines[i].repeat(i == chosen ? copies : 1));
    }
    return changed.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Four bytes become another integer, the lowest byte first. */
  private byte[] integer(byte[] bytes) {
    int value = INTEGERS[random.nextInt(INTEGERS.length)];
    int place = random.nextInt(bytes.length);
    for (int i = 0; i < 4 && place + i < bytes.length; i++) {
      bytes[place + i] = (byte) (value >> (8 * i));
    }
    return bytes;
  }

  /** A block is written over, or inserted at, another place. */
  private byte[] block(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int length = Math.min(1 + random.nextInt(LONGEST_BLOCK), bytes.length - from);
    int to = random.nextInt(bytes.length);
    int after = random.nextBoolean() ? to : Math.min(bytes.length, to + length);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, to);
    changed.write(bytes, from, length);
    changed.write(bytes, after, bytes.length - after);
    return changed.toByteArray();
  }

  /** A run of digits becomes another number. */
  private byte[] number(byte[] bytes) {
    int begin = random.nextInt(bytes.length);
    while (begin < bytes.length && (bytes[begin] < '0' || bytes[begin] > '9')) {
      begin++;
    }
    int end = begin;
    while (end < bytes.length && ((bytes[end] >= '0' && bytes[end] <= '9') || bytes[end] == '.')) {
      end++;
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, begin);
    changed.writeBytes(
        NUMBERS[random.nextInt(NUMBERS.length)].getBytes(StandardCharsets.ISO_8859_1));
    changed.write(bytes, end, bytes.length - end);
    return changed.toByteArray();
  }
}
