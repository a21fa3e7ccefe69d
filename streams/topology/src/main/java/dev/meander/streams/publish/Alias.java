package dev.meander.streams.publish;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a lineage serves, as the publisher remembers it.
 *
 * @param epoch moves so far
 * @param live version that serves; 0 is the base model
 * @param previous version that served before; {@link #NO_VERSION} before the first move
 * @param newest version published last, whether it serves or not
 * @param pinned true while only a command moves {@code live}
 * @param paused true while nothing is learned
 */
record Alias(long epoch, long live, long previous, long newest, boolean pinned, boolean paused) {

  static final long NO_VERSION = -1;

  /** Before the first version. */
  static final Alias NONE = new Alias(0, 0, NO_VERSION, 0, false, false);

  private static final int PINNED = 1;
  private static final int PAUSED = 2;

  private static final int FORMAT = 2;
  private static final int BYTES = Integer.BYTES + 4 * Long.BYTES + 1;

  /** After {@code version} was published: it serves unless another one is pinned. */
  Alias published(long version) {
    return pinned
        ? new Alias(epoch, live, previous, version, true, paused)
        : new Alias(epoch + 1, version, epoch == 0 ? NO_VERSION : live, version, false, paused);
  }

  /** After a command made {@code version} live. */
  Alias moveTo(long version, boolean pin) {
    return new Alias(epoch + 1, version, live, newest, pin, paused);
  }

  /** After a command pinned what is live, or let it follow again. */
  Alias pin(boolean pin) {
    return new Alias(epoch + 1, live, previous, newest, pin, paused);
  }

  /** After a command stopped learning, or let it go on. */
  Alias pause(boolean pause) {
    return new Alias(epoch + 1, live, previous, newest, pinned, pause);
  }

  /** True when {@code version} serves or served just before. */
  boolean names(long version) {
    return version == live || version == previous;
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putInt(FORMAT)
        .putLong(epoch)
        .putLong(live)
        .putLong(previous)
        .putLong(newest)
        .put((byte) ((pinned ? PINNED : 0) | (paused ? PAUSED : 0)))
        .array();
  }

  /**
   * @param stored what {@link #toBytes} gave; null for a lineage without versions
   * @throws IllegalStateException when the bytes are damaged
   */
  static Alias of(String lineage, byte @Nullable [] stored) {
    if (stored == null) {
      return NONE;
    }
    if (stored.length != BYTES) {
      throw new IllegalStateException(
          "expected " + BYTES + " bytes of alias for " + lineage + ", found " + stored.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    int format = bytes.getInt();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "expected an alias of format " + FORMAT + " for " + lineage + ", found " + format);
    }
    long epoch = bytes.getLong();
    long live = bytes.getLong();
    long previous = bytes.getLong();
    long newest = bytes.getLong();
    byte flags = bytes.get();
    return new Alias(epoch, live, previous, newest, (flags & PINNED) != 0, (flags & PAUSED) != 0);
  }
}
