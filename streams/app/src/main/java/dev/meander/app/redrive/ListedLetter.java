package dev.meander.app.redrive;

import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.DeadLetter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is shown.
 *
 * @param letter its partition and offset in the dead-letter topic, such as {@code 0/17}
 * @param time of the original record, ISO-8601
 * @param origin topic, partition and offset it came from, such as {@code meander.traffic/0/3}; null
 *     when unknown
 * @param reason why it was refused; null when Kafka Streams wrote the letter
 * @param message what was expected and what was found
 * @param key its key as text; null when there is none
 * @param bytes of key and value
 * @param redrives how often it had been sent again before
 * @param outcome what became of it
 */
public record ListedLetter(
    String letter,
    String time,
    @Nullable String origin,
    @Nullable RejectReason reason,
    String message,
    @Nullable String key,
    int bytes,
    int redrives,
    LetterOutcome outcome) {

  static ListedLetter of(Letter letter, LetterOutcome outcome) {
    DeadLetter cause = letter.cause();
    return new ListedLetter(
        letter.record().partition() + "/" + letter.record().offset(),
        Instant.ofEpochMilli(letter.record().timestamp()).toString(),
        cause == null ? null : cause.topic() + "/" + cause.partition() + "/" + cause.offset(),
        cause == null ? null : cause.reason(),
        cause == null ? "" : cause.message(),
        letter.key(),
        letter.bytes(),
        letter.redrives(),
        outcome);
  }
}
