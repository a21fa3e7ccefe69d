package dev.meander.suite.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.streams.AdaptationApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records that the topic of the traffic takes and that others would refuse, on a broker. */
class RefusedByBrokersTest {

  /** When the test began, nearly. */
  private static final long NOW = PathRig.RECENT_MILLIS + Duration.ofHours(2).toMillis();

  private static final int LETTER_BYTES_MAX = 100_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  private static void set(String topic, String key, String value) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      AlterConfigOp set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    }
  }

  private static void send(String topic, long timeMillis, byte[] key, byte[] value)
      throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", cluster.bootstrap(), "max.request.size", 10 << 20);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, 0, timeMillis, key, value)).get();
    }
  }

  private static byte[] ones(int bytes) {
    byte[] ones = new byte[bytes];
    Arrays.fill(ones, (byte) 1);
    return ones;
  }

  @BadInput(
      at = Entrance.RECORD,
      what = "records of the traffic from the far future, good and bad, where the topic takes them",
      then = "sample and dead letter get a time that brokers take; the stream goes on")
  @Test
  void shouldGoOnAfterRecordsFromTheFuture() throws Exception {
    try (PathRig rig = new PathRig(cluster, "future", folder.resolve("future"))) {
      String traffic = rig.names.traffic();
      set(traffic, "message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
      AdaptationApplication application = rig.startApplication();
      byte[] lineage = PathRig.LINEAGE.toString().getBytes(UTF_8);
      for (long ahead : new long[] {Duration.ofDays(10).toMillis(), Long.MAX_VALUE / 2}) {
        InferenceEvent event = rig.event();
        send(traffic, NOW + ahead, lineage, rig.serdes.serialize(traffic, event));
        send(traffic, NOW + ahead, lineage, "junk".getBytes(UTF_8));
      }
      rig.sendGood(PathRig.BATCH - 2);
      assertThat(rig.read(rig.names.adapters(), 1)).hasSize(1);
      assertThat(rig.read(rig.names.of(Topic.DLQ), 2))
          .allSatisfy(
              letter ->
                  assertThat(letter.timestamp())
                      .isLessThanOrEqualTo(NOW + Duration.ofMinutes(40).toMillis()));
      assertThat(application.failure()).isEmpty();
    }
  }

  @BadInput(
      at = Entrance.BROKER,
      what = "a topic dlq that takes less than a dead letter may have",
      then = "letters are cut to what it takes; the stream goes on")
  @Test
  void shouldCutDeadLettersToWhatTheTopicTakes() throws Exception {
    try (PathRig rig = new PathRig(cluster, "short", folder.resolve("short"))) {
      String traffic = rig.names.traffic();
      String dlq = rig.names.of(Topic.DLQ);
      set(dlq, "max.message.bytes", String.valueOf(LETTER_BYTES_MAX));
      AdaptationApplication application = rig.startApplication();
      send(traffic, NOW, new byte[] {1}, ones(2 * LETTER_BYTES_MAX));
      send(traffic, NOW, new byte[2 * LETTER_BYTES_MAX], new byte[] {1});
      send(traffic, NOW, new byte[] {2}, ones(LETTER_BYTES_MAX / 2));
      List<ConsumerRecord<byte[], byte[]>> letters = rig.read(dlq, 3);
      assertThat(letters)
          .allSatisfy(
              letter ->
                  assertThat(DeadLetter.read(letter.headers()).orElseThrow().reason())
                      .isEqualTo(RejectReason.UNDECODABLE));
      assertThat(letters.stream().filter(letter -> letter.value() == null)).hasSize(1);
      assertThat(letters.stream().filter(letter -> letter.key() == null)).hasSize(1);
      assertThat(letters.stream().filter(letter -> letter.value() != null && letter.key() != null))
          .singleElement()
          .satisfies(letter -> assertThat(letter.value()).hasSize(LETTER_BYTES_MAX / 2));
      rig.sendGood(PathRig.BATCH);
      assertThat(rig.read(rig.names.adapters(), 1)).hasSize(1);
      assertThat(application.failure()).isEmpty();
    }
  }
}
