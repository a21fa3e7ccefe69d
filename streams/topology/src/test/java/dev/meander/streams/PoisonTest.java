package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.wire.EventReader;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import dev.meander.schemas.record.TensorData;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A poisoned record of any reason, at any place of a batch, changes no version of its lineage. */
class PoisonTest {

  private static final int SAMPLES = 12;

  /** Only the gate checks sizes: what passed it fits into the samples topic. */
  private static final RejectReason GATE_ONLY = RejectReason.TOO_LARGE;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN_COMMAND", "MODEL_FAILED", "MODEL_OUT_OF_MEMORY"})
  void shouldMakeTheVersionsOfACleanStreamWhenEventsArePoisoned(
      RejectReason reason, @TempDir Path folder) {
    List<String> clean = versions(folder, null, Topic.TRAFFIC);
    assertThat(clean).hasSize(SAMPLES / 4);
    if (reason != RejectReason.OUT_OF_RANGE) { // a weight, which events do not have
      assertThat(versions(folder, reason, Topic.TRAFFIC)).isEqualTo(clean);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNKNOWN_COMMAND", "MODEL_FAILED", "MODEL_OUT_OF_MEMORY"})
  void shouldMakeTheVersionsOfACleanStreamWhenSamplesArePoisoned(
      RejectReason reason, @TempDir Path folder) {
    List<String> clean = versions(folder, null, Topic.SAMPLES);
    assertThat(clean).hasSize(SAMPLES / 4);
    if (reason != GATE_ONLY) {
      assertThat(versions(folder, reason, Topic.SAMPLES)).isEqualTo(clean);
    }
  }

  /**
   * One reason is the other topic's, one that of commands, two are the model's, see
   * PoisonousRowTest.
   */
  @Test
  void shouldPoisonWithEveryReasonThereIs(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      assertThat(poison(path, Topic.TRAFFIC).keySet())
          .contains(GATE_ONLY)
          .hasSize(RejectReason.values().length - 4);
      assertThat(poison(path, Topic.SAMPLES).keySet())
          .contains(RejectReason.OUT_OF_RANGE)
          .hasSize(RejectReason.values().length - 4);
    }
  }

  /** Numbers and contents of the versions, with a poisoned record around every good one. */
  private static List<String> versions(Path folder, @Nullable RejectReason reason, Topic topic) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      Events good = new Events(PathDriver.LINEAGE, 1);
      byte @Nullable [] poison = reason == null ? null : poison(path, topic).get(reason);
      for (int i = 0; i < SAMPLES; i++) {
        if (reason != null) {
          send(path, topic, poison);
        }
        InferenceEvent event = good.next();
        if (topic == Topic.TRAFFIC) {
          path.traffic(event);
        } else {
          path.sample(Events.sample(event, i));
        }
      }
      List<TestRecord<byte[], byte[]>> letters = path.written(Topic.DLQ);
      assertThat(letters).hasSize(reason == null ? 0 : SAMPLES);
      assertThat(letters)
          .allSatisfy(
              letter -> {
                assertThat(letter.value()).isEqualTo(poison);
                assertThat(DeadLetter.read(letter.headers()).orElseThrow().reason())
                    .isEqualTo(reason);
              });
      return path.adapters().stream().map(PoisonTest::name).toList();
    }
  }

  private static String name(AdapterRecord version) {
    return version.getVersion() + " " + version.getContentSha256();
  }

  private static void send(PathDriver path, Topic topic, byte @Nullable [] value) {
    byte[] key = PathDriver.bytes(PathDriver.LINEAGE);
    if (topic == Topic.TRAFFIC) {
      path.traffic(key, value, new RecordHeaders());
    } else {
      path.sample(key, value, Instant.ofEpochMilli(Events.START_MILLIS));
    }
  }

  /** A record of each reason that can occur on {@code topic}. */
  private static Map<RejectReason, byte[]> poison(PathDriver path, Topic topic) {
    Events events = new Events(PathDriver.LINEAGE, 2);
    byte[] unknown = bytes(path, topic, events.builder());
    ByteBuffer.wrap(unknown).putInt(1, 424242);
    float[] infinite = new float[48];
    infinite[3] = Float.POSITIVE_INFINITY;
    TensorData int8 = new TensorData("INT8", List.of(3, 4, 4), ByteBuffer.wrap(new byte[48]));
    Map<RejectReason, byte[]> poison = new EnumMap<>(RejectReason.class);
    poison.put(RejectReason.UNDECODABLE, PathDriver.bytes("{\"json\":1}"));
    poison.put(RejectReason.UNKNOWN_SCHEMA, unknown);
    poison.put(RejectReason.WRONG_RECORD, wrongRecord(path, topic, events));
    poison.put(
        RejectReason.UNKNOWN_LINEAGE, bytes(path, topic, events.builder().setLineage("nonsense")));
    poison.put(RejectReason.MISSING_INPUT, bytes(path, topic, events.builder().setInput(null)));
    poison.put(RejectReason.UNKNOWN_DATATYPE, bytes(path, topic, events.builder().setInput(int8)));
    poison.put(
        RejectReason.WRONG_SHAPE,
        bytes(path, topic, events.builder().setInput(EventReader.tensor(new float[48], 48))));
    poison.put(
        RejectReason.NOT_FINITE,
        bytes(path, topic, events.builder().setInput(Events.tensor(infinite))));
    if (topic == Topic.TRAFFIC) {
      poison.put(
          RejectReason.TOO_LARGE,
          bytes(path, topic, events.builder().setNode("n".repeat(1_000_000))));
    } else {
      Sample sample = new Sample(events.next(), 0.5, Double.POSITIVE_INFINITY, 0, 0L);
      poison.put(RejectReason.OUT_OF_RANGE, path.serdes.serialize("meander.samples", sample));
    }
    return poison;
  }

  private static byte[] wrongRecord(PathDriver path, Topic topic, Events events) {
    return topic == Topic.TRAFFIC
        ? path.serdes.serialize("meander.traffic", Events.sample(events.next(), 0))
        : path.serdes.serialize("meander.samples", events.next());
  }

  private static byte[] bytes(PathDriver path, Topic topic, InferenceEvent.Builder builder) {
    InferenceEvent event = builder.build();
    return topic == Topic.TRAFFIC
        ? path.serdes.serialize("meander.traffic", event)
        : path.serdes.serialize("meander.samples", Events.sample(event, 0));
  }
}
