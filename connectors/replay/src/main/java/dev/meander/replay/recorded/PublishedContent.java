package dev.meander.replay.recorded;

import dev.meander.core.learner.Version;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.core.wire.Framing;
import org.jspecify.annotations.Nullable;

/**
 * What a node would decode of a version: its content hash is what a version is known by, whatever
 * its encoding lost. Versions come in order, because one that is written as a change depends on
 * those before.
 *
 * <p>Thread-safety: none.
 */
final class PublishedContent {

  private final AdapterWriter writer;
  private final Framing framing;

  /**
   * A version as a node has it.
   *
   * @param content hash of layout and decoded floats
   * @param encoding frame and codec, for people
   */
  record Published(Sha256 content, String encoding) {}

  /** What is known of the fate of a version, beside its floats. */
  enum Fate {
    /** It was written as framing decides. */
    WRITTEN,
    /** It was written whole, because what a change would be added to was gone from the log. */
    WRITTEN_WHOLE,
    /** It was not written, because it was too large. */
    HELD_BACK
  }

  PublishedContent(AdapterWriter writer) {
    this.writer = writer;
    this.framing = new Framing(writer.framing());
  }

  /**
   * {@code version} as it is published.
   *
   * @param partition of {@code samples} that its offsets belong to
   * @return null when it is not: held back, or its codec cannot hold it
   */
  @Nullable Published of(Version version, int partition, Fate fate) {
    if (fate == Fate.WRITTEN_WHOLE) {
      framing.keyNext();
    }
    Framing.Frame frame = framing.frame(version);
    if (fate != Fate.HELD_BACK
        && writer.write(version, frame, partition) instanceof AdapterWriting.Written written) {
      framing.written(version, frame);
      return new Published(
          written.decoded().contentHash(),
          encoding(written.record().getFrame(), written.record().getCodec()));
    }
    framing.heldBack(version);
    return null;
  }

  static String encoding(String frame, String codec) {
    return frame + " frame of " + codec;
  }
}
