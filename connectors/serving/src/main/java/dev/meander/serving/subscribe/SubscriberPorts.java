package dev.meander.serving.subscribe;

import dev.meander.core.objects.ObjectStore;
import dev.meander.schemas.kafka.RecordSerdes;
import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber works with.
 *
 * @param consumers opens a consumer with {@code read_committed} and no group; called again after a
 *     failure
 * @param acks writes acknowledgements; closed by the subscriber
 * @param serdes used on the subscriber's thread only; closed by the subscriber
 * @param objects where payloads lie that are not on the log; null when there is no such place
 * @param target where versions are swapped in
 * @param listener told for metrics
 * @param clock wall clock, for acknowledgements
 * @param nanos monotonic clock in nanoseconds
 */
public record SubscriberPorts(
    Supplier<Consumer<byte[], byte[]>> consumers,
    Producer<byte[], byte[]> acks,
    RecordSerdes serdes,
    @Nullable ObjectStore objects,
    AdapterTarget target,
    SubscriptionListener listener,
    Clock clock,
    LongSupplier nanos) {}
