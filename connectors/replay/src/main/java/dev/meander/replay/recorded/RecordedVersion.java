package dev.meander.replay.recorded;

import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Pause;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.Machine;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Provenance;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a published version says of itself, without its weights.
 *
 * @param number grows within the lineage
 * @param parent version it comes from, the last one that was written before it
 * @param frame KEY or DELTA
 * @param codec how its floats are encoded
 * @param content hash of layout and floats
 * @param state digest of the learner's state behind it
 * @param base digest of the base model
 * @param config digest of the learner's configuration
 * @param step steps of its learner so far
 * @param samples samples of its learner so far
 * @param partition of {@code samples} that the offsets belong to
 * @param lastOffset last offset that shaped it
 * @param origin where its learner was at the base model last
 * @param pauses samples since the origin that it does not depend on
 * @param machine what it was made on
 * @param createdAtMillis event time of its newest sample
 */
public record RecordedVersion(
    long number,
    long parent,
    String frame,
    String codec,
    Sha256 content,
    Sha256 state,
    Sha256 base,
    Sha256 config,
    long step,
    long samples,
    int partition,
    long lastOffset,
    Origin origin,
    List<Pause> pauses,
    Machine machine,
    long createdAtMillis) {

  public RecordedVersion {
    pauses = List.copyOf(pauses);
  }

  /**
   * Reads {@code record}; its payload is not looked at.
   *
   * @throws IllegalArgumentException when a digest has not 32 bytes
   */
  public static RecordedVersion of(AdapterRecord record) {
    Provenance provenance = record.getProvenance();
    return new RecordedVersion(
        record.getVersion(),
        record.getParent(),
        record.getFrame(),
        record.getCodec(),
        digest(record.getContentSha256()),
        digest(record.getStateSha256()),
        digest(record.getBaseSha256()),
        digest(provenance.getConfigSha256()),
        provenance.getStep(),
        provenance.getSamples(),
        provenance.getSamplesPartition(),
        provenance.getLastOffset(),
        new Origin(provenance.getOriginOffset(), provenance.getOriginVersion()),
        AdapterReader.pauses(provenance),
        Machine.of(provenance),
        record.getCreatedAt().toEpochMilli());
  }

  private static Sha256 digest(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return Sha256.wrap(bytes);
  }
}
