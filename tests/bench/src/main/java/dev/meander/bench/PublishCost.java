package dev.meander.bench;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.core.model.LargeModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.subscribe.AdapterSubscriber;
import dev.meander.serving.subscribe.SubscriberConfig;
import dev.meander.serving.subscribe.SubscriberPorts;
import dev.meander.serving.subscribe.SubscriptionLimits;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What it costs to publish large adapters: the time from the sample that completes a batch until a
 * node has swapped the version in (step, state, chunks, commit, reading and verifying), and the
 * largest heap of the process meanwhile, broker and node included. Broker with its default limits.
 *
 * <p>Arguments: sizes of adapters in MB, 1 16 85 by default.
 */
public final class PublishCost {

  private static final int BATCH = 4;
  private static final int VERSIONS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int SAMPLE_MILLIS = 20;

  private PublishCost() {}

  /** Runs every size and prints a line for each version. */
  public static void main(String[] arguments) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    Path folder = Files.createTempDirectory("meander-publish");
    List<String> sizes = arguments.length == 0 ? List.of("1", "16", "85") : List.of(arguments);
    try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(1))) {
      out.println("   MB  version  sample to live ms  heap MB");
      for (String size : sizes) {
        measure(stack, folder, Integer.parseInt(size), out);
      }
    } finally {
      Folders.delete(folder);
    }
    System.exit(0);
  }

  private static void measure(EmbeddedStack stack, Path folder, int megabytes, PrintWriter out)
      throws InterruptedException {
    String model = "large-" + megabytes;
    int floats = megabytes * 250_000;
    Map<String, String> registry = Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl());
    BlockingQueue<Long> live = new LinkedBlockingQueue<>();
    AtomicLong heapBytes = new AtomicLong();
    ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    System.gc();
    watch.scheduleAtFixedRate(
        () -> heapBytes.accumulateAndGet(usedHeapBytes(), Math::max),
        0,
        SAMPLE_MILLIS,
        TimeUnit.MILLISECONDS);
    try (RecordSerdes serdes = RecordSerdes.open(registry);
        KafkaProducer<byte[], byte[]> producer = producer(stack);
        AdapterSubscriber subscriber =
            follow(stack, new LargeModel(model, floats).spec(), registry, live);
        AdaptationApplication application =
            AdaptationApplication.start(
                AdaptationConfig.read("the benchmark", keys(stack, folder, model)),
                LargeModel.provider(floats),
                Clock.systemUTC())) {
      application.awaitRunning(LIMIT);
      if (!subscriber.awaitCaughtUp(LIMIT)) {
        throw new IllegalStateException("the subscriber did not catch up");
      }
      for (int version = 1; version <= VERSIONS; version++) {
        long start = System.nanoTime();
        for (int i = 0; i < BATCH; i++) {
          send(producer, serdes, stack.names(), event(model, version * BATCH + i));
        }
        producer.flush();
        Long end = live.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (end == null) {
          throw new IllegalStateException("version " + version + " was not live within " + LIMIT);
        }
        out.printf(
            Locale.ROOT,
            "%5d  %7d  %17.0f  %7.0f%n",
            megabytes,
            version,
            (end - start) / 1e6,
            heapBytes.getAndSet(0) / 1e6);
      }
    } finally {
      watch.shutdownNow();
    }
  }

  private static long usedHeapBytes() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedStack stack) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", stack.bootstrap()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      RecordSerdes serdes,
      TopicNames names,
      InferenceEvent event) {
    byte[] key = event.getLineage().getBytes(StandardCharsets.UTF_8);
    byte[] value = serdes.serialize(names.traffic(), event);
    producer.send(new ProducerRecord<>(names.traffic(), key, value));
  }

  private static InferenceEvent event(String model, int number) {
    return InferenceEvent.newBuilder()
        .setEventId("event-" + number)
        .setLineage(model + ":global")
        .setVersion(0)
        .setEventTime(Instant.ofEpochMilli(number))
        .setInput(EventReader.tensor(new float[] {2, 1, 0, -1}, LargeModel.CLASSES))
        .setLogits(List.of())
        .setNode("bench")
        .build();
  }

  private static Map<String, String> keys(EmbeddedStack stack, Path folder, String model) {
    return Map.of(
        "bootstrap.servers", stack.bootstrap(),
        "schema.registry.url", stack.registryUrl(),
        "application.id", "bench-" + model,
        "state.dir", folder.resolve(model).toString(),
        "method.name", "tent",
        "batch.size", String.valueOf(BATCH),
        "batch.min", "1",
        "model.name", model,
        "model.file", folder.toString(),
        "model.input.shape", String.valueOf(LargeModel.CLASSES));
  }

  private static AdapterSubscriber follow(
      EmbeddedStack stack, ModelSpec spec, Map<String, String> registry, BlockingQueue<Long> live) {
    AdapterSubscriber subscriber =
        new AdapterSubscriber(
            new SubscriberConfig(
                "bench-" + spec.name(),
                stack.names(),
                new SubscriptionLimits(10, 1, 1, 100),
                new SubscriberConfig.PayloadLimits(1 << 30, 256L << 20),
                1e6,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10)),
            spec,
            new SubscriberPorts(
                () -> consumer(stack),
                producer(stack),
                RecordSerdes.open(registry),
                null,
                (version, weights) -> live.add(System.nanoTime()),
                new ServingMetrics(),
                Clock.systemUTC(),
                System::nanoTime));
    subscriber.start();
    return subscriber;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(EmbeddedStack stack) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            stack.bootstrap(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
