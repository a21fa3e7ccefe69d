package dev.meander.serving.subscribe;

import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.Printable;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.schemas.record.AliasRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns records of {@code adapters} and {@code aliases} into facts for the state. Total: whatever
 * the bytes are, the state learns of a version, an alias or a refusal; only a registry that does
 * not answer is an exception.
 *
 * <p>Thread-safety: none.
 */
final class RecordIntake {

  private static final Logger LOG = LoggerFactory.getLogger(RecordIntake.class);

  private static final int KEY_SHOWN_MAX = 200;

  private final TopicNames topics;
  private final RecordSerdes serdes;
  private final AdapterRecords adapters;
  private final ChunkAssembler chunks;
  private final SubscriptionState state;
  private final SubscriptionListener listener;
  private final RateLimitedLog refusals;

  RecordIntake(
      TopicNames topics,
      RecordSerdes serdes,
      AdapterRecords adapters,
      ChunkAssembler chunks,
      SubscriptionState state,
      SubscriptionListener listener,
      LongSupplier nanos) {
    this.topics = topics;
    this.serdes = serdes;
    this.adapters = adapters;
    this.chunks = chunks;
    this.state = state;
    this.listener = listener;
    this.refusals = new RateLimitedLog(LOG, nanos);
  }

  /**
   * Takes one record.
   *
   * @throws dev.meander.schemas.kafka.RegistryUnavailableException when nothing can be said about
   *     it yet; the state is as it was
   */
  List<Move> take(ConsumerRecord<byte[], byte[]> record) {
    return record.topic().equals(topics.adapters()) ? adapter(record) : alias(record);
  }

  private List<Move> adapter(ConsumerRecord<byte[], byte[]> record) {
    String text = text(record.key());
    AdapterKey key = AdapterKey.parse(text).orElse(null);
    LineageId lineage = key == null ? null : lineage(key.lineage());
    if (key == null || lineage == null) {
      return unattributed(record, "lineage/version", text);
    }
    if (!state.serves(lineage)) {
      return List.of(new Move.Ignore(lineage, Ignored.OTHER_MODEL));
    }
    if (record.value() == null) {
      chunks.passed(key.lineage(), key.version());
      return key.isChunk() ? List.of() : state.retired(lineage, key.version());
    }
    if (key.isChunk()) {
      Refusal refusal = adapters.chunk(record, key, chunks);
      return refusal == null ? List.of() : refuse(record, lineage, key.version(), refusal);
    }
    Reading reading = adapters.read(record, key, chunks, state::weights);
    if (reading instanceof Reading.Verified verified) {
      return state.adapter(verified.version(), verified.at());
    }
    if (reading instanceof Reading.Located located) {
      return state.located(located.version(), located.at());
    }
    Refusal why =
        reading instanceof Reading.Unavailable unavailable
            ? unavailable.why()
            : ((Reading.Refused) reading).why();
    return refuse(record, lineage, key.version(), why);
  }

  private List<Move> refuse(
      ConsumerRecord<byte[], byte[]> record, LineageId lineage, long version, Refusal refusal) {
    refusals.warn(
        refusal.reason(),
        () ->
            "version %d of %s (%s) is not served: %s"
                .formatted(version, lineage, place(record), refusal.text()));
    listener.rejected(record.topic(), refusal.reason());
    return state.refusedAdapter(lineage, version, refusal);
  }

  private List<Move> alias(ConsumerRecord<byte[], byte[]> record) {
    String text = text(record.key());
    LineageId lineage = lineage(text);
    if (lineage == null) {
      return unattributed(record, "lineage", text);
    }
    if (!state.serves(lineage)) {
      return List.of(new Move.Ignore(lineage, Ignored.OTHER_MODEL));
    }
    if (record.value() == null) {
      LOG.info("the alias of {} was removed; version {} stays", lineage, state.live(lineage));
      return List.of(new Move.Ignore(lineage, Ignored.ALIAS_REMOVED));
    }
    Decoded<AliasRecord> decoded =
        serdes.decode(topics.aliases(), AliasRecord.class, record.value());
    if (decoded instanceof Decoded.Refusal<AliasRecord> refusal) {
      return List.of(refuse(record, lineage, Refusal.of(refusal.reason(), refusal.message())));
    }
    AliasRecord alias = ((Decoded.Value<AliasRecord>) decoded).value();
    if (!text.equals(alias.getLineage())) {
      return List.of(
          refuse(
              record,
              lineage,
              Refusal.of(
                  SubscriptionRefusal.OTHER_KEY,
                  "expected lineage "
                      + lineage
                      + " as its key says, found "
                      + alias.getLineage())));
    }
    return state.alias(lineage, AliasMove.of(alias));
  }

  /** An alias that cannot be read names no version: 0 in the acknowledgement. */
  private Move refuse(ConsumerRecord<byte[], byte[]> record, LineageId lineage, Refusal refusal) {
    refusals.warn(
        "alias " + refusal.reason(),
        () ->
            "the alias of %s (%s) is not followed: %s"
                .formatted(lineage, place(record), refusal.text()));
    listener.rejected(record.topic(), refusal.reason());
    return new Move.Refuse(lineage, 0, refusal);
  }

  /** A record that names no lineage: counted and explained; there is nobody to acknowledge to. */
  private List<Move> unattributed(
      ConsumerRecord<byte[], byte[]> record, String expected, String found) {
    refusals.warn(
        expected,
        () ->
            "record on %s is not used: expected a key %s, found \"%s\""
                .formatted(place(record), expected, Printable.shortened(found, KEY_SHOWN_MAX)));
    listener.rejected(record.topic(), RejectReason.UNKNOWN_LINEAGE.name());
    return List.of();
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + " offset " + record.offset();
  }

  private static String text(byte @Nullable [] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  private static @Nullable LineageId lineage(String text) {
    try {
      return LineageId.parse(text);
    } catch (IllegalArgumentException e) {
      return null; // the caller says what was expected, of the whole key
    }
  }
}
