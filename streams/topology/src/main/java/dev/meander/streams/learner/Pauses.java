package dev.meander.streams.learner;

import dev.meander.core.learner.Pause;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pauses of one lineage: whether it is in one, and which samples fell into those that its
 * versions must name.
 *
 * <p>Thread-safety: immutable.
 *
 * @param paused true in a pause
 * @param before earlier pauses that samples fell into
 * @param now what fell into the pause that goes on; null when nothing did, or none goes on
 */
record Pauses(boolean paused, List<Pause> before, @Nullable Pause now) {

  /** Pauses since the base model that versions can name: each takes some bytes of every record. */
  static final int MAX = 256;

  /** Of a lineage that was never paused. */
  static final Pauses NONE = new Pauses(false, List.of(), null);

  private static final int FORMAT = 1;
  private static final int HEADER_BYTES = Integer.BYTES + 2;
  private static final int PAUSE_BYTES = 3 * Long.BYTES;

  Pauses {
    before = List.copyOf(before);
  }

  /** True when nothing needs to be remembered. */
  boolean isEmpty() {
    return !paused && before.isEmpty();
  }

  boolean isFull() {
    return before.size() >= MAX;
  }

  /** Those that samples fell into, in order of offset. */
  List<Pause> all() {
    List<Pause> all = new ArrayList<>(before);
    if (now != null) {
      all.add(now);
    }
    return all;
  }

  /** Samples that fell into the pause that goes on. */
  long samples() {
    return now == null ? 0 : now.samples();
  }

  Pauses begin() {
    return new Pauses(true, before, null);
  }

  Pauses end() {
    return new Pauses(false, all(), null);
  }

  /** With the sample at {@code offset} in the pause that goes on. */
  Pauses with(long offset) {
    return new Pauses(
        paused,
        before,
        now == null
            ? new Pause(offset, offset, 1)
            : new Pause(now.firstOffset(), offset, now.samples() + 1));
  }

  /** Those that a learner at the base model needs whose first sample is at {@code offset}. */
  Pauses since(long offset) {
    return new Pauses(
        paused, before.stream().filter(pause -> pause.firstOffset() > offset).toList(), now);
  }

  byte[] toBytes() {
    List<Pause> all = all();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + all.size() * PAUSE_BYTES);
    bytes.putInt(FORMAT).put((byte) (paused ? 1 : 0)).put((byte) (now == null ? 0 : 1));
    for (Pause pause : all) {
      bytes.putLong(pause.firstOffset()).putLong(pause.lastOffset()).putLong(pause.samples());
    }
    return bytes.array();
  }

  /**
   * @param stored what {@link #toBytes} gave; null for a lineage without pauses
   * @throws IllegalStateException when the bytes are damaged
   */
  static Pauses of(String lineage, byte @Nullable [] stored) {
    if (stored == null) {
      return NONE;
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    if (stored.length < HEADER_BYTES
        || bytes.getInt() != FORMAT
        || (stored.length - HEADER_BYTES) % PAUSE_BYTES != 0) {
      throw new IllegalStateException(
          "expected the pauses of "
              + lineage
              + " in format "
              + FORMAT
              + ", found "
              + stored.length
              + " bytes of something else");
    }
    boolean paused = bytes.get() == 1;
    boolean open = bytes.get() == 1;
    List<Pause> all = new ArrayList<>();
    while (bytes.hasRemaining()) {
      all.add(new Pause(bytes.getLong(), bytes.getLong(), bytes.getLong()));
    }
    Pause now = open ? all.remove(all.size() - 1) : null;
    return new Pauses(paused, all, now);
  }
}
