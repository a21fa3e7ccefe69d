package dev.meander.replay.recorded;

import dev.meander.core.learner.Version;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import org.jspecify.annotations.Nullable;

/**
 * What a node would decode of a version: its content hash is what a version is known by, whatever
 * its encoding lost.
 *
 * <p>Thread-safety: none.
 */
final class PublishedContent {

  private final AdapterWriter writer;

  PublishedContent(AdapterWriter writer) {
    this.writer = writer;
  }

  /**
   * Hash of {@code version} as it is published.
   *
   * @param partition of {@code samples} that its offsets belong to
   * @return null when its codec cannot hold it, so that it is not published
   */
  @Nullable Sha256 of(Version version, int partition) {
    return writer.write(version, partition) instanceof AdapterWriting.Written written
        ? written.decoded().contentHash()
        : null;
  }
}
