package dev.meander.serving.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.core.codec.Floats;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.kit.FakeClock;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.serving.fixture.FlakyRegistry;
import dev.meander.serving.fixture.StepNanos;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class TrafficWriterTest {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final LineageId LINEAGE = new LineageId("m", "cam-1");

  private final FlakyRegistry registry = new FlakyRegistry();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final RecordSerdes serdes = serdes();
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final TrafficListener listener =
      new TrafficListener() {
        @Override
        public void sent() {
          outcomes.add("sent");
        }

        @Override
        public void skipped() {
          outcomes.add("skipped");
        }

        @Override
        public void failed(int events, String reason) {
          outcomes.add(events + " " + reason);
        }
      };

  private RecordSerdes serdes() {
    return new RecordSerdes(registry, Map.of(RecordSerdes.REGISTRY_URL, "mock://unused"));
  }

  private TrafficWriter writer(TrafficKey key, double share, long bufferBytes) {
    TrafficConfig config =
        new TrafficConfig(
            "t.traffic",
            "node-1",
            key,
            share,
            bufferBytes,
            Duration.ofMillis(5),
            Duration.ofSeconds(2));
    return new TrafficWriter(
        config,
        producer,
        serdes(),
        listener,
        FakeClock.at(Instant.ofEpochMilli(1_800_000_000_000L)),
        new StepNanos());
  }

  private static Exchange exchange(String id, int rows) {
    float[] input = new float[4 * rows];
    float[] logits = new float[3 * rows];
    for (int i = 0; i < input.length; i++) {
      input[i] = i + 0.5f;
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] = -i;
    }
    return new Exchange(
        id,
        1_700_000_000_123L,
        new Tensor(input, rows, 2, 2),
        new AdapterSlot.Answer(
            new Tensor(logits, rows, 3), new AdapterVersion(LINEAGE, 7, Sha256.of(new byte[0]))));
  }

  private InferenceEvent event(ProducerRecord<byte[], byte[]> record) {
    Decoded<InferenceEvent> decoded =
        serdes.decode("t.traffic", InferenceEvent.class, record.value());
    return ((Decoded.Value<InferenceEvent>) decoded).value();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void shouldWriteOneEventPerRow() {
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 1 << 20)) {
      writer.start();
      writer.offer(exchange("r-1", 2));
      await().atMost(BOUND).until(() -> outcomes.size() == 2);
    }

    ProducerRecord<byte[], byte[]> record = producer.history().get(1);
    InferenceEvent event = event(record);
    assertThat(event.getEventId()).isEqualTo("r-1-1");
    assertThat(event.getLineage()).isEqualTo("m:cam-1");
    assertThat(event.getVersion()).isEqualTo(7);
    assertThat(event.getEventTime()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
    assertThat(event.getNode()).isEqualTo("node-1");
    assertThat(event.getLogits()).containsExactly(-3f, -4f, -5f);
    assertThat(Objects.requireNonNull(event.getInput()).getShape()).containsExactly(2, 2);
    assertThat(Objects.requireNonNull(event.getInput()).getDatatype()).isEqualTo("FP32");
    assertThat(Floats.decode(Objects.requireNonNull(event.getInput()).getData()))
        .containsExactly(4.5f, 5.5f, 6.5f, 7.5f);
    assertThat(record.topic()).isEqualTo("t.traffic");
    assertThat(text(record.key())).isEqualTo("r-1-1");
    assertThat(record.timestamp()).isEqualTo(1_700_000_000_123L);
    assertThat(outcomes).containsExactly("sent", "sent");
  }

  @Test
  void shouldCarryCloudEventsHeaders() {
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 1 << 20)) {
      writer.start();
      writer.offer(exchange("r-1", 1));
      await().atMost(BOUND).until(() -> outcomes.size() == 1);
    }
    Map<String, String> headers = new TreeMap<>();
    producer
        .history()
        .get(0)
        .headers()
        .forEach(header -> headers.put(header.key(), text(header.value())));
    assertThat(headers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_type", "dev.meander.inference",
                "ce_source", "node-1",
                "ce_id", "r-1",
                "ce_time", "2023-11-14T22:13:20.123Z",
                "content-type", "application/avro"));
  }

  @Test
  void shouldKeyByLineageWhenConfigured() {
    try (TrafficWriter writer = writer(TrafficKey.SCOPE, 1, 1 << 20)) {
      writer.start();
      writer.offer(exchange("r-1", 1));
      await().atMost(BOUND).until(() -> outcomes.size() == 1);
    }
    assertThat(text(producer.history().get(0).key())).isEqualTo("m:cam-1");
  }

  @Test
  void shouldDropAndCountWhatDoesNotFitTheBuffer() {
    long oneExchange = exchange("r-1", 2).bytes();
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 2 * oneExchange)) {
      writer.offer(exchange("r-1", 2));
      writer.offer(exchange("r-2", 2));
      writer.offer(exchange("r-3", 2));
      assertThat(outcomes).containsExactly("2 BUFFER_FULL");
      assertThat(writer.bufferedBytes()).isEqualTo(2 * oneExchange);

      writer.start();
      await().atMost(BOUND).until(() -> outcomes.size() == 5);
      await().atMost(BOUND).until(() -> writer.bufferedBytes() == 0);
    }
    assertThat(producer.history()).hasSize(4);
  }

  @Test
  void shouldCountWhatTheBrokerRefuses() {
    producer.sendException = new RecordTooLargeException("too large");
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 1 << 20)) {
      writer.start();
      writer.offer(exchange("r-1", 1));
      await().atMost(BOUND).until(() -> outcomes.size() == 1);
    }
    assertThat(outcomes).containsExactly("1 RecordTooLargeException");
  }

  @Test
  void shouldWaitForTheRegistryAndLoseNothing() {
    registry.closedForWriters(true);
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 1 << 20)) {
      writer.start();
      writer.offer(exchange("r-1", 1));
      writer.offer(exchange("r-2", 1));
      await().atMost(BOUND).until(() -> writer.bufferedBytes() > 0);
      assertThat(outcomes).isEmpty();

      registry.closedForWriters(false);

      await().atMost(BOUND).until(() -> outcomes.size() == 2);
    }
    assertThat(outcomes).containsExactly("sent", "sent");
  }

  @Test
  void shouldCountWhatIsLeftWhenItClosesWithoutARegistry() {
    registry.closedForWriters(true);
    TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 1 << 20);
    writer.start();
    writer.offer(exchange("r-1", 1));
    writer.offer(exchange("r-2", 3));

    writer.close();
    writer.offer(exchange("r-3", 1));

    assertThat(outcomes).contains("1 CLOSED");
    assertThat(lost()).isEqualTo(5);
    assertThat(producer.closed()).isTrue();
  }

  private int lost() {
    return outcomes.stream().mapToInt(text -> Integer.parseInt(text.substring(0, 1))).sum();
  }

  @Test
  void shouldWriteWhatWasAcceptedBeforeClosing() {
    TrafficWriter writer = writer(TrafficKey.EVENT_ID, 1, 1 << 20);
    for (int i = 0; i < 50; i++) {
      writer.offer(exchange("r-" + i, 1));
    }
    writer.start();
    writer.close();
    assertThat(producer.history()).hasSize(50);
  }

  @Test
  void shouldWriteAShareChosenByTheIdAlone() {
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 0.25, 1 << 24)) {
      writer.start();
      for (int i = 0; i < 1_000; i++) {
        writer.offer(exchange("r-" + i, 1));
      }
      await().atMost(BOUND).until(() -> outcomes.size() == 1_000);
    }
    List<String> written = new ArrayList<>();
    producer.history().forEach(record -> written.add(text(record.key())));
    assertThat(written).hasSizeBetween(200, 300);
    assertThat(written).allMatch(id -> Sampling.chosen(id, 0.25));
    assertThat(written).allMatch(id -> Sampling.chosen(id, 0.5));
    assertThat(outcomes.stream().filter("skipped"::equals)).hasSize(1_000 - written.size());
  }

  @Test
  void shouldWriteNothingWhenTheShareIsZero() {
    try (TrafficWriter writer = writer(TrafficKey.EVENT_ID, 0, 1 << 20)) {
      writer.start();
      writer.offer(exchange("r-1", 1));
      assertThat(writer.bufferedBytes()).isZero();
    }
    assertThat(producer.history()).isEmpty();
  }
}
