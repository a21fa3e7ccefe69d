package dev.meander.schemas.kafka;

import dev.meander.schemas.RejectReason;

/**
 * What the bytes of a record turned out to be.
 *
 * @param <T> record the topic holds
 */
public sealed interface Decoded<T> {

  /** A record of the expected type. */
  record Value<T>(T value) implements Decoded<T> {}

  /**
   * Bytes that cannot be used.
   *
   * @param message what was expected, what was found, and on which topic
   */
  record Refusal<T>(RejectReason reason, String message) implements Decoded<T> {}
}
