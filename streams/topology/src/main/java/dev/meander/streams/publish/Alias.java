package dev.meander.streams.publish;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a lineage serves, as the publisher remembers it.
 *
 * @param epoch moves so far
 * @param live version that serves; 0 is the base model
 */
record Alias(long epoch, long live) {

  /** Before the first version. */
  static final Alias NONE = new Alias(0, 0);

  private static final int FORMAT = 1;
  private static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

  Alias moveTo(long version) {
    return new Alias(epoch + 1, version);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putInt(FORMAT).putLong(epoch).putLong(live).array();
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
    return new Alias(bytes.getLong(), bytes.getLong());
  }
}
