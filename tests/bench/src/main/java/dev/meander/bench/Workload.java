package dev.meander.bench;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.core.config.Settings;
import dev.meander.core.gate.EntropyGate;
import dev.meander.core.gate.Gate;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One learner's work on one list of samples, bare and inside the topology. */
final class Workload {

  static final int BATCH = 64;

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final ModelSource source;
  private final ModelProvider provider;
  private final List<Sample> samples;
  private final LongSupplier nanoClock;
  private final LineageId lineage;

  Workload(
      ModelSource source, ModelProvider provider, List<Sample> samples, LongSupplier nanoClock) {
    this.source = source;
    this.provider = provider;
    this.samples = samples;
    this.nanoClock = nanoClock;
    this.lineage = new LineageId(source.name(), LineageId.GLOBAL);
  }

  /** Samples per second of gate and learner in a loop. */
  double bareLoop() {
    Settings defaults =
        Settings.read(
            "the benchmark", Map.of("method.name", "tent"), LearnerConfig.OPTIONS, List.of());
    Settings gateDefaults = Settings.read("the benchmark", Map.of(), GateConfig.OPTIONS, List.of());
    try (AdaptableModel model = provider.open(source)) {
      Learner learner = new Learner(lineage, LearnerConfig.from(defaults), model);
      Gate gate = new EntropyGate(GateConfig.from(gateDefaults), model.spec().classes());
      long startNanos = 0;
      for (Sample sample : samples) {
        if (learner.version() == Canonical.WARM_UP_STEPS && startNanos == 0) {
          startNanos = nanoClock.getAsLong();
        }
        if (gate.decide(sample).admitted()) {
          learner.offer(sample, model);
        }
      }
      return perSecond(nanoClock.getAsLong() - startNanos);
    }
  }

  /** Samples per second of the learner application, which finds all events on the log. */
  double inTopology(Path folder) throws InterruptedException {
    try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(1))) {
      try (RecordSerdes serdes =
              RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl()));
          VersionStamps stamps =
              new VersionStamps(stack.bootstrap(), stack.names().adapters(), nanoClock)) {
        produce(stack, serdes);
        try (AdaptationApplication application =
            AdaptationApplication.start(
                AdaptationConfig.read("the benchmark", keys(stack, folder)),
                provider,
                Clock.systemUTC())) {
          application.awaitRunning(LIMIT);
          long micros =
              stamps.between(
                  Canonical.WARM_UP_STEPS, Canonical.WARM_UP_STEPS + Canonical.STEPS, LIMIT);
          return perSecond(1000 * micros);
        }
      }
    }
  }

  private static double perSecond(long nanos) {
    return Canonical.STEPS * BATCH / (nanos / 1e9);
  }

  private void produce(EmbeddedStack stack, RecordSerdes serdes) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", stack.bootstrap(), "acks", "all", "linger.ms", 5);
    String traffic = stack.names().traffic();
    byte[] key = lineage.toString().getBytes(StandardCharsets.UTF_8);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (Sample sample : samples) {
        producer.send(new ProducerRecord<>(traffic, key, serdes.serialize(traffic, event(sample))));
      }
    }
  }

  private InferenceEvent event(Sample sample) {
    return InferenceEvent.newBuilder()
        .setEventId(sample.eventId())
        .setLineage(lineage.toString())
        .setVersion(0)
        .setEventTime(Instant.ofEpochMilli(sample.eventTimeMillis()))
        .setInput(EventReader.tensor(sample.input(), source.inputShape()))
        .setLogits(List.of())
        .setNode("bench")
        .build();
  }

  private Map<String, String> keys(EmbeddedStack stack, Path folder) {
    return Map.of(
        "bootstrap.servers", stack.bootstrap(),
        "schema.registry.url", stack.registryUrl(),
        "application.id", "meander-bench",
        "state.dir", folder.resolve("state").toString(),
        "method.name", "tent",
        "batch.size", String.valueOf(BATCH),
        "model.name", source.name(),
        "model.file", source.file().toString(),
        "model.input.shape",
            Arrays.stream(source.inputShape())
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(",")));
  }
}
