package dev.meander.serving;

import dev.meander.core.model.ModelProvider;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.stall.StallWatch;
import dev.meander.schemas.stall.Stalls;
import dev.meander.schemas.time.ClusterClock;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a node takes from outside: engine, cluster, time and ids. Tests give fakes.
 *
 * @param provider opens slots
 * @param serdes opens serdes; each thread that encodes or decodes has its own
 * @param consumers opens a consumer of adapters and aliases
 * @param ackProducers opens a producer for acknowledgements
 * @param trafficProducers opens a producer for traffic
 * @param stalls opens a watch of adapters and aliases
 * @param clock wall clock
 * @param nanos monotonic clock in nanoseconds
 * @param ids ids for requests that have none
 */
public record ServingResources(
    ModelProvider provider,
    Supplier<RecordSerdes> serdes,
    Supplier<Consumer<byte[], byte[]>> consumers,
    Supplier<Producer<byte[], byte[]>> ackProducers,
    Supplier<Producer<byte[], byte[]>> trafficProducers,
    Supplier<Stalls> stalls,
    Clock clock,
    LongSupplier nanos,
    Supplier<String> ids) {

  private static final int TRAFFIC_LINGER_MILLIS = 5;

  /**
   * The real ones.
   *
   * @throws dev.meander.core.model.ModelRefusedException when no engine can open the model
   */
  public static ServingResources of(ServingConfig config) {
    return of(config, ModelProvider.forSource(config.model()));
  }

  /** The real ones, with an engine of the caller's. */
  public static ServingResources of(ServingConfig config, ModelProvider provider) {
    return of(config, provider, Clock.systemUTC());
  }

  /** The real ones, with an engine of the caller's, on a machine with another clock. */
  public static ServingResources of(ServingConfig config, ModelProvider provider, Clock own) {
    KafkaClients clients = new KafkaClients(config);
    ClusterClock clock = ClusterClock.of(own);
    Map<String, String> registry = config.cluster().registryClient();
    return new ServingResources(
        provider,
        () -> RecordSerdes.open(registry),
        clients::consumer,
        () -> clients.producer("acks", 0),
        () -> clients.producer("traffic", TRAFFIC_LINGER_MILLIS),
        () -> stalls(config, clients, clock),
        clock,
        System::nanoTime,
        () -> UUID.randomUUID().toString());
  }

  private static Stalls stalls(ServingConfig config, KafkaClients clients, Clock clock) {
    TopicNames topics = config.subscriber().topics();
    return new StallWatch(
            new StallWatch.Settings(
                config.node(),
                topic -> topic.equals(topics.adapters()) || topic.equals(topics.aliases()),
                config.stalledAfter(),
                false),
            clients::admin,
            clock)
        .start();
  }
}
