/**
 * Records to Kafka bytes and back, in Confluent's wire format and through its genuine client.
 * Decoding is total: bytes give a record or a named refusal, and only a registry that does not
 * answer is an exception.
 */
@NullMarked
package dev.meander.schemas.kafka;

import org.jspecify.annotations.NullMarked;
