package dev.meander.schemas.kafka;

import dev.meander.schemas.RejectReason;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Why a record lies in the dead-letter topic, and where it came from. Written as headers beside the
 * original ones: those of KIP-1034, which Kafka Streams writes itself for a record that made a
 * processor throw, and {@link #REASON}. All values are UTF-8 text.
 *
 * @param reason why it was refused; null when Kafka Streams wrote the letter
 * @param message what was expected and what was found
 * @param topic full name of the topic it came from
 * @param partition its partition there
 * @param offset its offset there
 */
public record DeadLetter(
    @Nullable RejectReason reason, String message, String topic, int partition, long offset) {

  /** Name of a {@link RejectReason}. */
  public static final String REASON = "meander.reason";

  /** Class name of the exception, if there was one. */
  public static final String EXCEPTION = "__streams.errors.exception";

  /** What was expected and what was found. */
  public static final String MESSAGE = "__streams.errors.message";

  /** Stack trace of the exception, if there was one. */
  public static final String STACKTRACE = "__streams.errors.stacktrace";

  /** Topic the record came from. */
  public static final String TOPIC = "__streams.errors.topic";

  /** Its partition there. */
  public static final String PARTITION = "__streams.errors.partition";

  /** Its offset there. */
  public static final String OFFSET = "__streams.errors.offset";

  /** Length of a value that was too large to be laid aside, as text; such a letter has no value. */
  public static final String VALUE_BYTES = "meander.value-bytes";

  /** Length of a key that was too large to be laid aside, as text; such a letter has no key. */
  public static final String KEY_BYTES = "meander.key-bytes";

  /**
   * Length of headers that were too many or too large to be laid aside, names included, as text;
   * such a letter has none of them.
   */
  public static final String HEADERS_BYTES = "meander.headers-bytes";

  /** Number of headers that were left out, as text. */
  public static final String HEADERS_COUNT = "meander.headers-count";

  /** SHA-256 of a value that was left out, in hexadecimal digits. */
  public static final String VALUE_SHA256 = "meander.value-sha256";

  /** SHA-256 of a key that was left out, in hexadecimal digits. */
  public static final String KEY_SHA256 = "meander.key-sha256";

  /** How often a record has been sent again after it was refused, as text. */
  public static final String REDRIVE_COUNT = "meander.redrive-count";

  private static final List<String> WRITTEN =
      List.of(
          REASON,
          EXCEPTION,
          MESSAGE,
          STACKTRACE,
          TOPIC,
          PARTITION,
          OFFSET,
          VALUE_BYTES,
          VALUE_SHA256,
          KEY_BYTES,
          KEY_SHA256,
          HEADERS_BYTES,
          HEADERS_COUNT);

  /** Longest message that is written; a longer one is cut. */
  public static final int MESSAGE_CHARACTERS_MAX = 4096;

  /**
   * Headers of the dead letter of a refused record.
   *
   * @param original its own headers, kept as they are and in front
   */
  public static Headers headers(
      Headers original,
      RejectReason reason,
      String message,
      String topic,
      int partition,
      long offset) {
    String text =
        message.length() > MESSAGE_CHARACTERS_MAX
            ? message.substring(0, MESSAGE_CHARACTERS_MAX)
            : message;
    Headers headers = new RecordHeaders(original.toArray());
    headers.add(REASON, bytes(reason.name()));
    headers.add(MESSAGE, bytes(text));
    headers.add(TOPIC, bytes(topic));
    headers.add(PARTITION, bytes(String.valueOf(partition)));
    headers.add(OFFSET, bytes(String.valueOf(offset)));
    return headers;
  }

  /** Reads the headers of a dead letter; empty when they do not say where it came from. */
  public static Optional<DeadLetter> read(Headers headers) {
    String topic = text(headers, TOPIC);
    String partition = text(headers, PARTITION);
    String offset = text(headers, OFFSET);
    if (topic == null || !isNumber(partition, 9) || !isNumber(offset, 18)) {
      return Optional.empty();
    }
    String message = text(headers, MESSAGE);
    return Optional.of(
        new DeadLetter(
            reason(text(headers, REASON)),
            message == null ? "" : message,
            topic,
            Integer.parseInt(partition),
            Long.parseLong(offset)));
  }

  /** How often the record of these headers has been sent again; 0 when it never was. */
  public static int redrives(Headers headers) {
    String text = text(headers, REDRIVE_COUNT);
    return text != null && isNumber(text, 9) ? Integer.parseInt(text) : 0;
  }

  /**
   * Headers to send the record of a dead letter again with: its own, in their order, without those
   * of the letter, and {@link #REDRIVE_COUNT} one higher at the end.
   */
  public static Headers redriven(Headers letter) {
    int redrives = redrives(letter);
    Set<Header> left = Collections.newSetFromMap(new IdentityHashMap<>());
    WRITTEN.forEach(name -> left.add(letter.lastHeader(name)));
    Headers headers = new RecordHeaders();
    for (Header header : letter) {
      if (!left.contains(header) && !header.key().equals(REDRIVE_COUNT)) {
        headers.add(header);
      }
    }
    return headers.add(REDRIVE_COUNT, bytes(String.valueOf(redrives + 1)));
  }

  private static @Nullable RejectReason reason(@Nullable String name) {
    for (RejectReason reason : RejectReason.values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return null;
  }

  private static boolean isNumber(@Nullable String text, int digitsMax) {
    return text != null && text.matches("[0-9]{1," + digitsMax + "}");
  }

  private static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
