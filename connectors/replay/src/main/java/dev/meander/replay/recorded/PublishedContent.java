package dev.meander.replay.recorded;

import dev.meander.core.learner.Version;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.core.wire.Framing;
import org.jspecify.annotations.Nullable;

/**
 * What a node would decode of a version: its content hash is what a version is known by, whatever
 * its encoding lost.
 *
 * <p>Thread-safety: none.
 */
final class PublishedContent {

  private final AdapterWriter writer;
  private final Framing framing;

  PublishedContent(AdapterWriter writer) {
    this.writer = writer;
    this.framing = new Framing(writer.framing());
  }

  /**
   * Hash of {@code version} as it is published; versions come in order, because one that is written
   * as a change depends on those before.
   *
   * @param partition of {@code samples} that its offsets belong to
   * @return null when its codec cannot hold it, so that it is not published
   */
  @Nullable Sha256 of(Version version, int partition) {
    Framing.Frame frame = framing.frame(version);
    if (writer.write(version, frame, partition) instanceof AdapterWriting.Written written) {
      framing.written(version, frame);
      return written.decoded().contentHash();
    }
    framing.heldBack(version);
    return null;
  }
}
