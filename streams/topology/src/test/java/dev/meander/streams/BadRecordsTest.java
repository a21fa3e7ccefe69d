package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.wire.EventReader;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import dev.meander.schemas.record.TensorData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that cannot be used: laid aside with their bytes, explained, and the stream goes on. */
class BadRecordsTest {

  private static final byte[] KEY = PathDriver.bytes("a key");

  @BadInput(
      at = Entrance.RECORD,
      what = "an event without input, of another type, shape or lineage, or too large",
      then = "a dead letter with its bytes and its reason; the stream goes on")
  @Test
  void shouldLayAsideEveryUnusableEventAndGoOn(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      Events good = new Events(PathDriver.LINEAGE, 1);
      Map<String, byte[]> bad = badEvents(path);
      bad.forEach(
          (message, bytes) -> {
            path.traffic(good.next());
            path.traffic(KEY, bytes, new RecordHeaders().add("ce_id", PathDriver.bytes("7")));
          });
      List<TestRecord<byte[], byte[]>> letters = path.written(Topic.DLQ);
      assertThat(letters).hasSize(bad.size());
      int i = 0;
      for (Map.Entry<String, byte[]> entry : bad.entrySet()) {
        TestRecord<byte[], byte[]> letter = letters.get(i);
        String[] expected = entry.getKey().split(": ", 2);
        assertThat(header(letter, "__streams.errors.message")).isEqualTo(expected[1]);
        assertThat(header(letter, "meander.reason")).isEqualTo(expected[0]);
        assertThat(header(letter, "__streams.errors.offset")).isEqualTo(String.valueOf(2 * i + 1));
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(entry.getValue());
        assertThat(letter.timestamp()).isEqualTo(Events.START_MILLIS);
        i++;
      }
      assertThat(path.written(Topic.SAMPLES)).hasSize(bad.size());
      assertThat(path.adapters()).hasSize(bad.size() / 4);
    }
  }

  @Test
  void shouldGiveDeadLettersTheNamesOfKip1034(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.traffic(KEY, null, new RecordHeaders().add("ce_id", PathDriver.bytes("7")));

      TestRecord<byte[], byte[]> letter = path.written(Topic.DLQ).get(0);
      Map<String, String> headers = new LinkedHashMap<>();
      letter.headers().forEach(header -> headers.put(header.key(), text(header.value())));
      assertThat(headers)
          .containsExactly(
              Map.entry("ce_id", "7"),
              Map.entry("meander.reason", "UNDECODABLE"),
              Map.entry(
                  "__streams.errors.message", "expected a value on meander.traffic, found none"),
              Map.entry("__streams.errors.topic", "meander.traffic"),
              Map.entry("__streams.errors.partition", "0"),
              Map.entry("__streams.errors.offset", "0"));
    }
  }

  @Test
  void shouldAccountForEveryEvent(@TempDir Path folder) {
    Map<String, String> skipping = Map.of("gate.redundancy.max.cosine", "0.999");
    try (PathDriver path = new PathDriver(folder, skipping)) {
      Events good = new Events(PathDriver.LINEAGE, 1);
      Map<String, byte[]> bad = badEvents(path);
      path.traffic(good.next());
      path.traffic(good.next());
      bad.values().forEach(bytes -> path.traffic(KEY, bytes, new RecordHeaders()));
      path.traffic(good.builder().setLogits(List.of(0f, 9f, 0f, 0f, 0f)).build());
      path.advanceWallClock(Duration.ofSeconds(1));

      Map<String, Long> counts = path.decisions().get(0).getCounts();
      long lineageKnown = 8;
      assertThat(new TreeMap<>(counts))
          .containsExactly(
              Map.entry("ADMITTED", 2L),
              Map.entry("CERTAIN", 0L),
              Map.entry("DEAD_LETTER", lineageKnown),
              Map.entry("REDUNDANT", 1L),
              Map.entry("UNRELIABLE", 0L));
      double dead =
          Arrays.stream(RejectReason.values())
              .mapToDouble(reason -> path.total("dead-letters", reason.name()))
              .sum();
      assertThat(dead).isEqualTo(bad.size());
      assertThat(path.total("events", "ADMITTED") + path.total("events", "REDUNDANT") + dead)
          .isEqualTo(3.0 + bad.size());
      assertThat(path.written(Topic.SAMPLES)).hasSize(2);
      assertThat(path.written(Topic.DLQ)).hasSize(bad.size());
    }
  }

  @Test
  void shouldLayAsideEveryUnusableSampleAndGoOn(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      byte[] lineage = PathDriver.bytes(PathDriver.LINEAGE);
      byte[] other = PathDriver.bytes("fake:other");
      Map<String, TestRecord<byte[], byte[]>> bad = new LinkedHashMap<>();
      bad.put(
          "UNDECODABLE: expected a value on meander.samples, found none",
          new TestRecord<>(lineage, null));
      bad.put(
          "WRONG_RECORD: expected record dev.meander.schemas.record.Sample on meander.samples,"
              + " found dev.meander.schemas.record.InferenceEvent (schema id 1)",
          new TestRecord<>(lineage, path.serdes.serialize("meander.samples", events.next())));
      bad.put(
          "OUT_OF_RANGE: expected a finite weight > 0, found 0.0",
          new TestRecord<>(lineage, sample(path, events.next(), 0)));
      bad.put(
          "OUT_OF_RANGE: expected a finite weight > 0, found NaN",
          new TestRecord<>(lineage, sample(path, events.next(), Double.NaN)));
      bad.put(
          "WRONG_SHAPE: expected 5 logits, found 1",
          new TestRecord<>(
              lineage, sample(path, events.builder().setLogits(List.of(1f)).build(), 1)));
      bad.put(
          "UNKNOWN_LINEAGE: expected the key fake:global, found fake:other",
          new TestRecord<>(other, sample(path, events.next(), 1)));
      bad.put(
          "UNKNOWN_LINEAGE: expected the key fake:global, found none",
          new TestRecord<>(null, sample(path, events.next(), 1)));

      bad.values()
          .forEach(
              record -> {
                path.sample(Events.sample(events.next(), 0));
                path.sample(
                    record.key(), record.value(), Instant.ofEpochMilli(Events.START_MILLIS));
              });
      path.sample(Events.sample(events.next(), 0));

      List<TestRecord<byte[], byte[]>> letters = path.written(Topic.DLQ);
      assertThat(letters)
          .extracting(
              letter ->
                  header(letter, "meander.reason")
                      + ": "
                      + header(letter, "__streams.errors.message"))
          .containsExactlyElementsOf(bad.keySet());
      assertThat(letters)
          .extracting(TestRecord::value)
          .containsExactlyElementsOf(bad.values().stream().map(TestRecord::value).toList());
      assertThat(letters)
          .extracting(l -> header(l, "__streams.errors.topic"))
          .containsOnly("meander.samples");
      assertThat(path.versions()).hasSize(2);
    }
  }

  @Test
  void shouldLeaveAValueThatTheDeadLetterTopicDoesNotTakeWhereItIs(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      byte[] huge = new byte[3 * 1024 * 1024];
      path.traffic(KEY, huge, new RecordHeaders());

      TestRecord<byte[], byte[]> letter = path.written(Topic.DLQ).get(0);
      assertThat(letter.value()).isNull();
      assertThat(header(letter, "meander.value-bytes")).isEqualTo("3145728");
      assertThat(header(letter, "__streams.errors.offset")).isEqualTo("0");
    }
  }

  @Test
  void shouldNotStopAtEventTimesThatNoRecordCanHave(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      for (Instant time :
          List.of(
              Instant.ofEpochMilli(-5),
              Instant.ofEpochMilli(Long.MAX_VALUE),
              Instant.ofEpochMilli(Long.MIN_VALUE),
              Instant.EPOCH)) {
        byte[] value =
            path.serdes.serialize("meander.traffic", events.builder().setEventTime(time).build());
        path.traffic(KEY, value, new RecordHeaders());
      }
      assertThat(path.written(Topic.SAMPLES))
          .extracting(TestRecord::timestamp)
          .as("retention goes by it, so an old event's sample must not look old")
          .containsExactly(
              Events.START_MILLIS, Events.START_MILLIS, Events.START_MILLIS, Events.START_MILLIS);
      assertThat(path.written(Topic.DLQ)).isEmpty();
      assertThat(path.written(Topic.ADAPTERS))
          .as("what is published keeps the time of the event")
          .extracting(TestRecord::timestamp)
          .containsExactly(0L);
    }
  }

  /** Reason and message, and the bytes they are about. */
  private static Map<String, byte[]> badEvents(PathDriver path) {
    Events events = new Events(PathDriver.LINEAGE, 2);
    Function<InferenceEvent.Builder, byte[]> bytes =
        builder -> path.serdes.serialize("meander.traffic", builder.build());
    byte[] whole = bytes.apply(events.builder());
    byte[] unknown = whole.clone();
    ByteBuffer.wrap(unknown).putInt(1, 424242);
    float[] values = new float[48];
    values[7] = Float.NaN;
    Map<String, @Nullable byte[]> bad = new LinkedHashMap<>();
    bad.put("UNDECODABLE: expected a value on meander.traffic, found none", null);
    bad.put(
        "UNDECODABLE: expected at least 5 bytes on meander.traffic, found 3", new byte[] {0, 1, 2});
    bad.put(
        "UNDECODABLE: expected 0 as the first byte on meander.traffic, found 123",
        "{\"json\":1}".getBytes(StandardCharsets.UTF_8));
    bad.put(
        "UNKNOWN_SCHEMA: expected a schema the registry knows on meander.traffic, found id 424242",
        unknown);
    bad.put(
        "WRONG_RECORD: expected record dev.meander.schemas.record.InferenceEvent on"
            + " meander.traffic, found dev.meander.schemas.record.Sample (schema id 2)",
        path.serdes.serialize("meander.traffic", Events.sample(events.next(), 0)));
    bad.put(
        "WRONG_SHAPE: expected an input of shape [3, 4, 4], found [48]",
        bytes.apply(events.builder().setInput(EventReader.tensor(new float[48], 48))));
    bad.put(
        "WRONG_SHAPE: expected 192 bytes of input, found 188",
        bytes.apply(
            events
                .builder()
                .setInput(
                    new TensorData("FP32", List.of(3, 4, 4), ByteBuffer.wrap(new byte[188])))));
    bad.put(
        "NOT_FINITE: expected finite input, found NaN at index 7",
        bytes.apply(events.builder().setInput(Events.tensor(values))));
    bad.put(
        "NOT_FINITE: expected finite logits, found Infinity at index 1",
        bytes.apply(events.builder().setLogits(List.of(0f, Float.POSITIVE_INFINITY, 0f, 0f, 0f))));
    bad.put(
        "WRONG_SHAPE: expected 5 logits, found 2",
        bytes.apply(events.builder().setLogits(List.of(0f, 1f))));
    bad.put(
        "UNKNOWN_DATATYPE: expected an input of datatype FP32, found INT8",
        bytes.apply(
            events
                .builder()
                .setInput(
                    new TensorData("INT8", List.of(3, 4, 4), ByteBuffer.wrap(new byte[192])))));
    bad.put(
        "MISSING_INPUT: expected an input tensor, found none",
        bytes.apply(events.builder().setInput(null)));
    bad.put(
        "TOO_LARGE: expected a record of at most 1000000 bytes, found 1000290",
        bytes.apply(events.builder().setNode("n".repeat(1_000_000))));
    bad.put(
        "UNKNOWN_LINEAGE: expected a lineage written model:scope, found \"nonsense\"",
        bytes.apply(events.builder().setLineage("nonsense")));
    bad.put(
        "UNKNOWN_LINEAGE: expected a lineage of model fake, found other:global",
        bytes.apply(events.builder().setLineage("other:global")));
    return bad;
  }

  private static byte[] sample(PathDriver path, InferenceEvent event, double weight) {
    return path.serdes.serialize("meander.samples", new Sample(event, 0.5, weight, 0, 0L));
  }

  private static String header(TestRecord<byte[], byte[]> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
