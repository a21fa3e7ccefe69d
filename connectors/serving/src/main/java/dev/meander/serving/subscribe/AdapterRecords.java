package dev.meander.serving.subscribe;

import dev.meander.core.objects.ObjectStore;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterReading;
import dev.meander.core.wire.AdapterRefusal;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.core.wire.ChunkAssembler.Assembly;
import dev.meander.core.wire.Claim;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of {@code adapters}: chunks into an assembler, the records of versions into
 * verified weights, wherever their payload lies. Total; only a registry that does not answer is an
 * exception.
 *
 * <p>Thread-safety: none.
 */
final class AdapterRecords {

  /** Header of an adapter record: wall clock of its publisher in microseconds, as decimal text. */
  static final String PUBLISHED_AT_MICROS = "meander.published-at-micros";

  private static final Logger LOG = LoggerFactory.getLogger(AdapterRecords.class);

  private final String topic;
  private final RecordSerdes serdes;
  private final AdapterReader reader;
  private final @Nullable ObjectStore objects;
  private final int payloadBytesMax;

  /**
   * @param topic name of the topic
   * @param objects where payloads lie that are not on the log; null when there is no such place
   * @param payloadBytesMax longest payload that is read
   */
  AdapterRecords(
      String topic,
      RecordSerdes serdes,
      AdapterReader reader,
      @Nullable ObjectStore objects,
      int payloadBytesMax) {
    this.topic = topic;
    this.serdes = serdes;
    this.reader = reader;
    this.objects = objects;
    this.payloadBytesMax = payloadBytesMax;
  }

  /**
   * Takes a chunk.
   *
   * @return null, or why it cannot be read at all
   */
  @Nullable Refusal chunk(
      ConsumerRecord<byte[], byte[]> record, AdapterKey key, ChunkAssembler into) {
    Decoded<AdapterRecord> decoded = decode(record);
    if (decoded instanceof Decoded.Refusal<AdapterRecord> refusal) {
      return Refusal.of(refusal.reason(), refusal.message());
    }
    into.accept(key, ((Decoded.Value<AdapterRecord>) decoded).value(), record.offset());
    return null;
  }

  /**
   * Reads the record of version {@code key}. A version whose payload lies elsewhere, was not held,
   * or is a change to a version that {@code parents} do not have, is only located.
   */
  Reading read(
      ConsumerRecord<byte[], byte[]> record,
      AdapterKey key,
      ChunkAssembler chunks,
      AdapterReader.Parents parents) {
    return read(record, key, chunks, parents, false);
  }

  /** Reads the record of version {@code key} and its payload, wherever it lies. */
  Reading fetch(
      ConsumerRecord<byte[], byte[]> record,
      AdapterKey key,
      ChunkAssembler chunks,
      AdapterReader.Parents parents) {
    return read(record, key, chunks, parents, true);
  }

  private Reading read(
      ConsumerRecord<byte[], byte[]> record,
      AdapterKey key,
      ChunkAssembler chunks,
      AdapterReader.Parents parents,
      boolean fetching) {
    Decoded<AdapterRecord> decoded = decode(record);
    if (decoded instanceof Decoded.Refusal<AdapterRecord> refusal) {
      return Reading.Refused.of(refusal.reason(), refusal.message());
    }
    AdapterRecord adapter = ((Decoded.Value<AdapterRecord>) decoded).value();
    Reading.Refused contradiction = contradiction(key, adapter);
    if (contradiction != null) {
      return contradiction;
    }
    long firstOffset = record.offset();
    if (adapter.getChunkCount() > 0) {
      Assembly assembly = chunks.assemble(adapter);
      if (assembly instanceof Assembly.Refused refused) {
        return Reading.Refused.of(refused.reason(), refused.message());
      }
      if (assembly instanceof Assembly.NotHeld notHeld) {
        return located(record, adapter, notHeld.firstOffset());
      }
      firstOffset = ((Assembly.Whole) assembly).firstOffset();
      adapter = ((Assembly.Whole) assembly).record();
    } else {
      chunks.passed(key.lineage(), key.version());
    }
    if (Claim.isClaim(adapter)) {
      if (!fetching) {
        return located(record, adapter, firstOffset);
      }
      Claim.Fetched fetched = Claim.fetch(adapter, objects, payloadBytesMax);
      if (!(fetched instanceof Claim.Fetched.Whole whole)) {
        return unfetched(fetched);
      }
      adapter = whole.record();
    }
    AdapterReading reading = reader.read(adapter, parents);
    if (reading instanceof AdapterReading.Verified verified) {
      return new Reading.Verified(
          new HeldVersion(verified.version(), verified.weights(), publishedAt(record)),
          position(record, adapter, firstOffset));
    }
    AdapterReading.Refused refused = (AdapterReading.Refused) reading;
    return refused.reason() == AdapterRefusal.MISSING_PARENT && !fetching
        ? located(record, adapter, firstOffset)
        : Reading.Refused.of(refused.reason(), refused.message());
  }

  /** What a record says that its key or its place in the lineage rule out. */
  private static Reading.@Nullable Refused contradiction(AdapterKey key, AdapterRecord adapter) {
    if (!key.names(adapter.getLineage(), adapter.getVersion())) {
      return Reading.Refused.of(
          SubscriptionRefusal.OTHER_KEY,
          "expected version "
              + key
              + " as its key says, found "
              + adapter.getLineage()
              + "/"
              + adapter.getVersion());
    }
    long parent = adapter.getParent();
    if (AdapterReader.isChange(adapter) && (parent < 1 || parent >= adapter.getVersion())) {
      return Reading.Refused.of(
          AdapterRefusal.MALFORMED,
          "expected a change to a version before "
              + adapter.getVersion()
              + ", found one to version "
              + parent);
    }
    return null;
  }

  private static Reading unfetched(Claim.Fetched fetched) {
    if (fetched instanceof Claim.Fetched.Unavailable unavailable) {
      return new Reading.Unavailable(
          Refusal.of(SubscriptionRefusal.OBJECT_UNAVAILABLE, unavailable.message()));
    }
    Claim.Fetched.Refused refused = (Claim.Fetched.Refused) fetched;
    return Reading.Refused.of(refused.reason(), refused.message());
  }

  private static LogPosition position(
      ConsumerRecord<byte[], byte[]> record, AdapterRecord adapter, long firstOffset) {
    long parent = AdapterReader.isChange(adapter) ? adapter.getParent() : 0;
    return new LogPosition(record.partition(), record.offset(), firstOffset, parent);
  }

  private static Reading located(
      ConsumerRecord<byte[], byte[]> record, AdapterRecord adapter, long firstOffset) {
    ByteBuffer content = adapter.getContentSha256();
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    try {
      return new Reading.Located(
          new AdapterVersion(
              LineageId.parse(adapter.getLineage()), adapter.getVersion(), Sha256.wrap(bytes)),
          position(record, adapter, firstOffset));
    } catch (IllegalArgumentException e) {
      return Reading.Refused.of(AdapterRefusal.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private Decoded<AdapterRecord> decode(ConsumerRecord<byte[], byte[]> record) {
    return serdes.decode(topic, AdapterRecord.class, record.value());
  }

  private static @Nullable Long publishedAt(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(PUBLISHED_AT_MICROS);
    if (header == null || header.value() == null) {
      return null;
    }
    try {
      return Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      LOG.debug("header {} is not a number on {}", PUBLISHED_AT_MICROS, record.topic());
      return null;
    }
  }
}
