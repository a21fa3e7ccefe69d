package dev.meander.app.redrive;

import dev.meander.schemas.kafka.DeadLetter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it lies on the topic.
 *
 * @param record with the original key, value and timestamp
 * @param cause why it lies there and where it came from; null when its headers do not say
 */
record Letter(ConsumerRecord<byte[], byte[]> record, @Nullable DeadLetter cause) {

  static Letter of(ConsumerRecord<byte[], byte[]> record) {
    return new Letter(record, DeadLetter.read(record.headers()).orElse(null));
  }

  /** The key as text; null when there is none. */
  @Nullable String key() {
    byte @Nullable [] key = record.key();
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }

  int redrives() {
    return DeadLetter.redrives(record.headers());
  }

  /** What was too large to be laid aside; null when the whole record is here. */
  @Nullable LetterOutcome leftOut() {
    if (says(DeadLetter.VALUE_BYTES) && record.value() == null) {
      return LetterOutcome.VALUE_LEFT_OUT;
    }
    if (says(DeadLetter.KEY_BYTES) && record.key() == null) {
      return LetterOutcome.KEY_LEFT_OUT;
    }
    return says(DeadLetter.HEADERS_BYTES) ? LetterOutcome.HEADERS_LEFT_OUT : null;
  }

  private boolean says(String header) {
    return record.headers().lastHeader(header) != null;
  }

  /** Bytes of key, value and headers, as far as they count for a transaction's size. */
  int bytes() {
    return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
  }
}
