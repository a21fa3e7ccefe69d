package dev.meander.serving.subscribe;

import dev.meander.schemas.kafka.RecordSerdes;
import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a subscriber works with.
 *
 * @param consumers opens a consumer with {@code read_committed} and no group; called again after a
 *     failure
 * @param acks writes acknowledgements; closed by the subscriber
 * @param serdes used on the subscriber's thread only; closed by the subscriber
 * @param target where versions are swapped in
 * @param listener told for metrics
 * @param clock wall clock, for acknowledgements
 * @param nanos monotonic clock in nanoseconds
 */
public record SubscriberPorts(
    Supplier<Consumer<byte[], byte[]>> consumers,
    Producer<byte[], byte[]> acks,
    RecordSerdes serdes,
    AdapterTarget target,
    SubscriptionListener listener,
    Clock clock,
    LongSupplier nanos) {}
