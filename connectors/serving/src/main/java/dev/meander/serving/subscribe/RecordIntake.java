package dev.meander.serving.subscribe;

import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterReading;
import dev.meander.core.wire.AdapterRefusal;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
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

  /** Header of an adapter record: wall clock of its publisher in microseconds, as decimal text. */
  static final String PUBLISHED_AT_MICROS = "meander.published-at-micros";

  private static final Logger LOG = LoggerFactory.getLogger(RecordIntake.class);

  private final TopicNames topics;
  private final RecordSerdes serdes;
  private final AdapterReader reader;
  private final SubscriptionState state;
  private final SubscriptionListener listener;

  RecordIntake(
      TopicNames topics,
      RecordSerdes serdes,
      AdapterReader reader,
      SubscriptionState state,
      SubscriptionListener listener) {
    this.topics = topics;
    this.serdes = serdes;
    this.reader = reader;
    this.state = state;
    this.listener = listener;
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
      return key.chunk() == AdapterKey.WHOLE ? state.retired(lineage, key.version()) : List.of();
    }
    Reading reading = read(record, key);
    if (reading.verified() != null) {
      return state.adapter(
          reading.verified(), new LogPosition(record.partition(), record.offset()));
    }
    Refusal refusal = reading.refusalOrThrow();
    LOG.warn(
        "version {} of {} ({}-{} offset {}) is not served: {}",
        key.version(),
        lineage,
        record.topic(),
        record.partition(),
        record.offset(),
        refusal.text());
    listener.rejected(record.topic(), refusal.reason());
    return state.refusedAdapter(lineage, key.version(), refusal);
  }

  /** Verified, or why not. */
  record Reading(@Nullable HeldVersion verified, @Nullable Refusal refusal) {

    static Reading refused(Enum<?> reason, String message) {
      return new Reading(null, Refusal.of(reason, message));
    }

    Refusal refusalOrThrow() {
      if (refusal == null) {
        throw new IllegalStateException("a reading is verified or refused");
      }
      return refusal;
    }
  }

  /** Reads an adapter record whose key is {@code key}, without telling the state. */
  Reading read(ConsumerRecord<byte[], byte[]> record, AdapterKey key) {
    if (key.chunk() != AdapterKey.WHOLE) {
      return Reading.refused(
          AdapterRefusal.UNKNOWN_FRAME,
          "expected an adapter in one record, found chunk " + key.chunk());
    }
    Decoded<AdapterRecord> decoded =
        serdes.decode(topics.adapters(), AdapterRecord.class, record.value());
    if (decoded instanceof Decoded.Refusal<AdapterRecord> refusal) {
      return Reading.refused(refusal.reason(), refusal.message());
    }
    AdapterRecord adapter = ((Decoded.Value<AdapterRecord>) decoded).value();
    if (!key.lineage().equals(adapter.getLineage()) || key.version() != adapter.getVersion()) {
      return Reading.refused(
          SubscriptionRefusal.OTHER_KEY,
          "expected version "
              + key
              + " as its key says, found "
              + adapter.getLineage()
              + "/"
              + adapter.getVersion());
    }
    AdapterReading reading = reader.read(adapter);
    if (reading instanceof AdapterReading.Refused refused) {
      return Reading.refused(refused.reason(), refused.message());
    }
    AdapterReading.Verified verified = (AdapterReading.Verified) reading;
    return new Reading(
        new HeldVersion(verified.version(), verified.weights(), publishedAt(record)), null);
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
    LOG.warn(
        "the alias of {} ({}-{} offset {}) is not followed: {}",
        lineage,
        record.topic(),
        record.partition(),
        record.offset(),
        refusal.text());
    listener.rejected(record.topic(), refusal.reason());
    return new Move.Refuse(lineage, 0, refusal);
  }

  /** A record that names no lineage: counted and explained; there is nobody to acknowledge to. */
  private List<Move> unattributed(
      ConsumerRecord<byte[], byte[]> record, String expected, String found) {
    LOG.warn(
        "record on {}-{} offset {} is not used: expected a key {}, found \"{}\"",
        record.topic(),
        record.partition(),
        record.offset(),
        expected,
        found);
    listener.rejected(record.topic(), RejectReason.UNKNOWN_LINEAGE.name());
    return List.of();
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
