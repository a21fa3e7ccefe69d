package dev.meander.streams.deadletter;

import dev.meander.core.weights.Sha256;
import dev.meander.schemas.kafka.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a record that fit into a dead letter. While they do not, the largest one is left
 * out: the value, the key or all headers together; headers of the letter say how long it was, and
 * of key and value the digest.
 *
 * <p>Thread-safety: immutable.
 *
 * @param key null when there was none or it is left out
 * @param value null when there was none or it is left out
 * @param headers empty when they are left out
 * @param leftOut names and texts of the letter's headers that say what was left out
 */
record LetterParts(
    byte @Nullable [] key, byte @Nullable [] value, Headers headers, Map<String, String> leftOut) {

  /** Lengths in front of a header's name and value. */
  private static final int HEADER_OVERHEAD_BYTES = 10;

  /**
   * @param bytesMax most bytes of key, value and headers together
   */
  static LetterParts of(Record<byte[], byte[]> original, int bytesMax) {
    byte @Nullable [] key = original.key();
    byte @Nullable [] value = original.value();
    Headers headers = original.headers();
    Map<String, String> leftOut = new TreeMap<>();
    while (length(key) + length(value) + length(headers) > bytesMax) {
      if (value != null && length(value) >= Math.max(length(key), length(headers))) {
        leftOut.put(DeadLetter.VALUE_BYTES, String.valueOf(value.length));
        leftOut.put(DeadLetter.VALUE_SHA256, Sha256.of(value).hex());
        value = null;
      } else if (key != null && length(key) >= length(headers)) {
        leftOut.put(DeadLetter.KEY_BYTES, String.valueOf(key.length));
        leftOut.put(DeadLetter.KEY_SHA256, Sha256.of(key).hex());
        key = null;
      } else {
        leftOut.put(DeadLetter.HEADERS_BYTES, String.valueOf(length(headers)));
        leftOut.put(DeadLetter.HEADERS_COUNT, String.valueOf(headers.toArray().length));
        headers = new RecordHeaders();
      }
    }
    return new LetterParts(key, value, headers, leftOut);
  }

  static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  static long length(Headers headers) {
    long bytes = 0;
    for (Header header : headers) {
      bytes += header.key().getBytes(StandardCharsets.UTF_8).length + length(header.value());
      bytes += HEADER_OVERHEAD_BYTES;
    }
    return bytes;
  }
}
