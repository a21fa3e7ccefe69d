package dev.meander.streams.publish;

import dev.meander.core.learner.Version;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of a lineage that was written, so that a version after one that was held comes
 * from a version that exists, and from all the samples since.
 *
 * @param version its number; 0 is the base model
 * @param heldFrom first offset of the samples of versions that were held since; -1 when none was
 */
record LastPublished(long version, long heldFrom) {

  private static final int FORMAT = 1;
  private static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

  /** The version {@code next} comes from: what its learner says, unless that was held. */
  long parent(Version next) {
    return Math.min(next.candidate().parent(), version);
  }

  /** First offset of the samples since {@link #parent}. */
  long firstOffset(Version next) {
    return heldFrom >= 0 ? heldFrom : next.firstOffset();
  }

  /** After {@code next} was written. */
  LastPublished published(Version next) {
    return new LastPublished(next.id().number(), -1);
  }

  /** After {@code next} was held. */
  LastPublished held(Version next) {
    return new LastPublished(version, firstOffset(next));
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putInt(FORMAT).putLong(version).putLong(heldFrom).array();
  }

  /**
   * Before {@code next} is written.
   *
   * @param stored what {@link #toBytes} gave; null when nothing was remembered, and the learner is
   *     believed
   * @throws IllegalStateException when the bytes are damaged
   */
  static LastPublished of(Version next, byte @Nullable [] stored) {
    if (stored == null) {
      return new LastPublished(next.candidate().parent(), -1);
    }
    if (stored.length != BYTES || ByteBuffer.wrap(stored).getInt() != FORMAT) {
      throw new IllegalStateException(
          "expected "
              + BYTES
              + " bytes of format "
              + FORMAT
              + " on what "
              + next.id().lineage()
              + " published, found "
              + stored.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored, Integer.BYTES, 2 * Long.BYTES);
    return new LastPublished(bytes.getLong(), bytes.getLong());
  }
}
