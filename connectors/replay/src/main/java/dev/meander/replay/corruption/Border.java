package dev.meander.replay.corruption;

/** What lies beyond the edge of an image: how a position outside becomes one inside. */
enum Border {
  /** The edge pixel again and again: a a | a b c | c c. */
  REPEATED {
    @Override
    int inside(int position, int size) {
      return Math.max(0, Math.min(size - 1, position));
    }
  },
  /** Mirrored about the edge pixel: c b | a b c | b a. */
  MIRRORED {
    @Override
    int inside(int position, int size) {
      if (size == 1) {
        return 0;
      }
      int period = 2 * (size - 1);
      int wrapped = Math.floorMod(position, period);
      return Math.min(wrapped, period - wrapped);
    }
  },
  /** Mirrored about the edge itself: b a | a b c | c b. */
  REFLECTED {
    @Override
    int inside(int position, int size) {
      int wrapped = Math.floorMod(position, 2 * size);
      return Math.min(wrapped, 2 * size - 1 - wrapped);
    }
  };

  abstract int inside(int position, int size);
}
