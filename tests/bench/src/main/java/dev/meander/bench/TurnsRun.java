package dev.meander.bench;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The learner application on an embedded broker of its own, with the samples of {@link Turns}. */
final class TurnsRun implements AutoCloseable {

  static final Duration LIMIT = Duration.ofMinutes(15);

  private static final double ENTROPY = 0.5;

  private final Turns turns;
  private final EmbeddedStack stack;

  TurnsRun(Turns turns) {
    this.turns = turns;
    this.stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(1));
  }

  EmbeddedStack stack() {
    return stack;
  }

  /** Writes the samples from one turn to before another, of {@code batch * rounds} turns. */
  void produce(int fromTurn, int toTurn) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", stack.bootstrap(), "acks", "all", "linger.ms", 5);
    String samples = stack.names().samples();
    List<Future<RecordMetadata>> written = new ArrayList<>();
    try (RecordSerdes serdes =
            RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl()));
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int turn = fromTurn; turn < toTurn; turn++) {
        for (int lineage = 0; lineage < turns.lineages(); lineage++) {
          byte[] key = turns.lineage(lineage).getBytes(StandardCharsets.UTF_8);
          byte[] value = serdes.serialize(samples, sample(lineage, turn));
          written.add(producer.send(new ProducerRecord<>(samples, key, value)));
        }
      }
      producer.flush();
      for (Future<RecordMetadata> answer : written) {
        answer.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("a sample was not written", e);
    }
  }

  private Sample sample(int lineage, int turn) {
    float[] input = turns.inputs().get((lineage * 31 + turn) % turns.inputs().size());
    InferenceEvent event =
        InferenceEvent.newBuilder()
            .setEventId(lineage + "-" + turn)
            .setLineage(turns.lineage(lineage))
            .setVersion(0)
            .setEventTime(Instant.ofEpochMilli(turn))
            .setInput(EventReader.tensor(input, turns.source().inputShape()))
            .setLogits(List.of())
            .setNode("bench")
            .build();
    return new Sample(event, ENTROPY, 1.0, 0, (long) turn);
  }

  /** Starts the application under an id of its own. */
  AdaptationApplication start(String id) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("bootstrap.servers", stack.bootstrap());
    keys.put("schema.registry.url", stack.registryUrl());
    keys.put("application.id", id);
    keys.put("state.dir", turns.folder().resolve(id).toString());
    keys.put("method.name", "tent");
    keys.put("batch.size", String.valueOf(turns.batch()));
    keys.put("batch.min", "1");
    keys.put("batch.age.max", "365d");
    keys.put("learners.live.max", String.valueOf(turns.liveMax()));
    keys.put("model.name", turns.source().name());
    keys.put("model.file", turns.source().file().toString());
    keys.put(
        "model.input.shape",
        Arrays.stream(turns.source().inputShape())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",")));
    return AdaptationApplication.start(
        AdaptationConfig.read("the benchmark", keys), turns.provider(), Clock.systemUTC());
  }

  /** Learners that are in memory. */
  static long live(AdaptationApplication application) {
    double opened = 0;
    double evicted = 0;
    for (var metric : application.metrics().values()) {
      if (metric.metricName().name().equals("learners-total")) {
        double value = (double) metric.metricValue();
        boolean gone = "EVICTED".equals(metric.metricName().tags().get("outcome"));
        evicted += gone ? value : 0;
        opened += gone ? 0 : value;
      }
    }
    return Math.round(opened - evicted);
  }

  @Override
  public void close() {
    stack.close();
  }
}
