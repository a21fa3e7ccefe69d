package dev.meander.kit;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Damages bytes the way links, disks and strangers do, decided by a seed alone: flipped bits,
 * overwritten numbers, bytes lost, doubled, added, or nothing left of the original.
 */
public final class Mutations {

  private static final int[] NUMBERS = {0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000};
  private static final int GROWTH_MAX = 64;

  private Mutations() {}

  /** One to three changes of {@code bytes}, which stay as they are. */
  public static byte[] of(byte[] bytes, RandomGenerator random) {
    byte[] mutated = bytes.clone();
    int changes = 1 + random.nextInt(3);
    for (int change = 0; change < changes; change++) {
      mutated = once(mutated, random);
    }
    return mutated;
  }

  private static byte[] once(byte[] bytes, RandomGenerator random) {
    if (bytes.length == 0) {
      return added(bytes, random);
    }
    int at = random.nextInt(bytes.length);
    int run = 1 + random.nextInt(Math.min(16, bytes.length - at));
    switch (random.nextInt(9)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 2 -> bytes[at] = (byte) random.nextInt();
      case 3 -> number(bytes, at, NUMBERS[random.nextInt(NUMBERS.length)]);
      case 4 -> Arrays.fill(bytes, at, at + run, (byte) (random.nextBoolean() ? 0xff : 0));
      case 5 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 6 -> {
        return added(bytes, random);
      }
      case 7 -> {
        return without(bytes, at, run);
      }
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  /** The same number in both orders of bytes, as far as there is room. */
  private static void number(byte[] bytes, int at, int number) {
    boolean little = (at & 1) == 0;
    for (int i = 0; i < Integer.BYTES && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (number >>> Byte.SIZE * (little ? i : Integer.BYTES - 1 - i));
    }
  }

  private static byte[] added(byte[] bytes, RandomGenerator random) {
    byte[] more = new byte[1 + random.nextInt(GROWTH_MAX)];
    random.nextBytes(more);
    int at = random.nextInt(bytes.length + 1);
    byte[] longer = new byte[bytes.length + more.length];
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(more, 0, longer, at, more.length);
    System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
    return longer;
  }

  private static byte[] without(byte[] bytes, int at, int run) {
    byte[] shorter = new byte[bytes.length - run];
    System.arraycopy(bytes, 0, shorter, 0, at);
    System.arraycopy(bytes, at + run, shorter, at, bytes.length - at - run);
    return shorter;
  }
}
