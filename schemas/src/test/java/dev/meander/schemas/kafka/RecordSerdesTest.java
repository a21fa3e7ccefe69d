package dev.meander.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.ServingAck;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordSerdesTest {

  private static final String TOPIC = "meander.traffic";
  private static final Map<String, ?> CONFIG = Map.of(RecordSerdes.REGISTRY_URL, "mock://serdes");

  private final SchemaRegistryClient registry = new MockSchemaRegistryClient();
  private final RecordSerdes serdes = new RecordSerdes(registry, CONFIG);

  static Iterable<SpecificRecord> records() {
    return Records.all();
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldGiveBackEveryRecordItWrote(SpecificRecord record) {
    byte[] bytes = serdes.serialize(TOPIC, record);
    assertThat(bytes[0]).isZero();
    assertThat(serdes.decode(TOPIC, record.getClass(), bytes))
        .isEqualTo(new Decoded.Value<>(record));
    assertThat(serdes.serializer().serialize(TOPIC, record)).isEqualTo(bytes);
    assertThat(serdes.deserializer(record.getClass()).deserialize(TOPIC, bytes))
        .isEqualTo(new Decoded.Value<>(record));
  }

  @Test
  void shouldRegisterSchemasWithoutMarksOfJava() throws Exception {
    byte[] bytes = serdes.serialize(TOPIC, Records.event());
    int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
    assertThat(registry.getSchemaById(id).canonicalString()).doesNotContain("avro.java");
    assertThat(registry.getSchemaById(id).canonicalString())
        .isEqualTo(RecordSchemas.of(Topic.TRAFFIC).orElseThrow().canonicalString());
  }

  @Test
  void shouldRefuseWhenThereIsNoValue() {
    assertRefusal(
        null, RejectReason.UNDECODABLE, "expected a value on meander.traffic, found none");
  }

  @Test
  void shouldRefuseWhenBytesAreTooFew() {
    assertRefusal(
        new byte[4],
        RejectReason.UNDECODABLE,
        "expected at least 5 bytes on meander.traffic, found 4");
  }

  @Test
  void shouldRefuseWhenBytesAreNotTheWireFormat() {
    byte[] json = "{\"id\": 1}".getBytes(StandardCharsets.UTF_8);
    assertRefusal(
        json,
        RejectReason.UNDECODABLE,
        "expected 0 as the first byte on meander.traffic, found 123");
  }

  @Test
  void shouldRefuseWhenTheSchemaIsUnknown() {
    assertRefusal(
        ByteBuffer.allocate(9).putInt(1, 77).array(),
        RejectReason.UNKNOWN_SCHEMA,
        "expected a schema the registry knows on meander.traffic, found id 77");
    assertRefusal(
        ByteBuffer.allocate(9).putInt(1, -2).array(),
        RejectReason.UNKNOWN_SCHEMA,
        "expected a schema the registry knows on meander.traffic, found id -2");
  }

  @Test
  void shouldRefuseWhenTheRecordIsOfAnotherTopic() {
    byte[] alias = serdes.serialize(TOPIC, Records.alias());
    assertRefusal(
        alias,
        RejectReason.WRONG_RECORD,
        "expected record dev.meander.schemas.record.InferenceEvent on meander.traffic, found"
            + " dev.meander.schemas.record.AliasRecord (schema id 1)");
  }

  @Test
  void shouldRefuseWhenThePayloadEndsEarly() {
    byte[] event = serdes.serialize(TOPIC, Records.event());
    assertRefusal(
        Arrays.copyOf(event, event.length - 3),
        RejectReason.UNDECODABLE,
        "expected the bytes of dev.meander.schemas.record.InferenceEvent (schema id 1) on"
            + " meander.traffic, found a length of 6 with 3 bytes left");
  }

  @Test
  void shouldRefuseWhenBytesAreLeftOver() {
    byte[] event = serdes.serialize(TOPIC, Records.event());
    assertRefusal(
        Arrays.copyOf(event, event.length + 2),
        RejectReason.UNDECODABLE,
        "expected the bytes of dev.meander.schemas.record.InferenceEvent (schema id 1) on"
            + " meander.traffic, found 2 bytes left over after the record");
  }

  @Test
  void shouldDecodeMutatedBytesToAValueOrARefusal() {
    int values = 0;
    int refusals = 0;
    SplittableRandom random = new SplittableRandom(20_240_601);
    for (SpecificRecord record : Records.all()) {
      byte[] good = serdes.serialize("t-" + record.getClass().getSimpleName(), record);
      for (int i = 0; i < 20_000; i++) {
        byte[] mutated = mutate(good, random);
        Decoded<?> decoded =
            serdes.decode("t-" + record.getClass().getSimpleName(), record.getClass(), mutated);
        if (decoded instanceof Decoded.Refusal<?> refusal) {
          assertThat(refusal.message()).isNotBlank();
          refusals++;
        } else {
          values++;
        }
      }
    }
    assertThat(values + refusals).isEqualTo(160_000);
    assertThat(values).isGreaterThan(1_000);
    assertThat(refusals).isGreaterThan(10_000);
  }

  private static byte[] mutate(byte[] good, SplittableRandom random) {
    byte[] bytes = good.clone();
    int edits = 1 + random.nextInt(4);
    for (int i = 0; i < edits; i++) {
      // Mostly behind the header, so that the payload is what is tried.
      int at = random.nextInt(8) == 0 ? random.nextInt(5) : 5 + random.nextInt(bytes.length - 5);
      bytes[at] = (byte) random.nextInt(256);
    }
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 1 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(9));
      default -> bytes;
    };
  }

  @Test
  void shouldReadWhatAnOlderWriterLeftOut() throws Exception {
    Schema old =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"ServingAck","namespace":"dev.meander.schemas.record","fields":[
                 {"name":"node","type":"string"},{"name":"lineage","type":"string"},
                 {"name":"version","type":"long"},{"name":"outcome","type":"string"},
                 {"name":"liveAt","type":{"type":"long","logicalType":"timestamp-micros"}}]}
                """);
    GenericRecord written = new GenericData.Record(old);
    written.put("node", "n");
    written.put("lineage", "m:global");
    written.put("version", 2L);
    written.put("outcome", "LIVE");
    written.put("liveAt", 5L);
    try (KafkaAvroSerializer plain = new KafkaAvroSerializer(registry, CONFIG)) {
      byte[] bytes = plain.serialize("meander.acks", written);
      Decoded<ServingAck> decoded = serdes.decode("meander.acks", ServingAck.class, bytes);
      ServingAck ack = ((Decoded.Value<ServingAck>) decoded).value();
      assertThat(ack.getNode()).isEqualTo("n");
      assertThat(ack.getReason()).isEmpty();
      assertThat(ack.getPublishedAt()).isNull();
    }
  }

  @Test
  void shouldThrowWhenTheRegistryDoesNotAnswer() throws Exception {
    String address;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "http://127.0.0.1:" + unused.getLocalPort();
    }
    Map<String, Object> config =
        Map.of(RecordSerdes.REGISTRY_URL, address, "max.retries", 0, "retries.wait.ms", 1);
    try (RecordSerdes unreachable = RecordSerdes.open(config)) {
      assertThatThrownBy(
              () ->
                  unreachable.decode(
                      TOPIC, InferenceEvent.class, ByteBuffer.allocate(9).putInt(1, 1).array()))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageStartingWith("cannot ask the schema registry about meander.traffic: ");
      assertThatThrownBy(() -> unreachable.serialize(TOPIC, Records.alias()))
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }

  @Test
  void shouldSayWhenTheRegistryIsNotConfigured() {
    assertThatThrownBy(() -> RecordSerdes.open(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a setting schema.registry.url, found none");
  }

  private void assertRefusal(byte @Nullable [] bytes, RejectReason reason, String message) {
    assertThat(serdes.decode(TOPIC, InferenceEvent.class, bytes))
        .isEqualTo(new Decoded.Refusal<InferenceEvent>(reason, message));
  }
}
