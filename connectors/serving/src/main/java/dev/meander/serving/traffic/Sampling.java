package dev.meander.serving.traffic;

/**
 * Chooses a share of events by their ids alone, so that every node and every replay chooses the
 * same.
 *
 * <p>Thread-safety: stateless.
 */
final class Sampling {

  private static final double UNIT = 0x1.0p-53;

  private Sampling() {}

  /** True for a share of all ids. */
  static boolean chosen(String id, double share) {
    return share >= 1 || (mix(id) >>> 11) * UNIT < share;
  }

  /** FNV-1a over the characters, then the finaliser of SplitMix64: FNV leaves high bits poor. */
  private static long mix(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
