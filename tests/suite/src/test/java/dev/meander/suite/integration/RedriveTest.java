package dev.meander.suite.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSchemas;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Dead letters of an application that runs: why they lie there, and what sending them again does.
 */
class RedriveTest {

  private static final byte[] KEY = PathRig.LINEAGE.toString().getBytes(UTF_8);
  private static final String OWN = "camera";

  /** Default of {@code --redrives-max}. */
  private static final int REDRIVES = 3;

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  private static JsonNode redrive(PathRig rig, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "redrive",
                "--bootstrap",
                cluster.bootstrap(),
                "--registry",
                cluster.registryUrl(),
                "--prefix",
                rig.names.prefix(),
                "--json"));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments.toArray(String[]::new));
    assertThat(code).as(out + err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private static int count(JsonNode report, String outcome) {
    return report.path("counts").path(outcome).asInt();
  }

  /** One poisoned record of each of four reasons. */
  private static Map<RejectReason, byte[]> poison(PathRig rig, Topic topic) {
    byte[] unknown = bytes(rig, topic, rig.event());
    ByteBuffer.wrap(unknown).putInt(1, 424_242);
    float[] broken = new float[48];
    broken[3] = Float.NaN;
    Map<RejectReason, byte[]> poison = new EnumMap<>(RejectReason.class);
    poison.put(RejectReason.UNDECODABLE, "{\"json\":1}".getBytes(UTF_8));
    poison.put(RejectReason.UNKNOWN_SCHEMA, unknown);
    poison.put(
        RejectReason.WRONG_SHAPE,
        bytes(rig, topic, withInput(rig, EventReader.tensor(new float[48], new int[] {48}))));
    poison.put(
        RejectReason.NOT_FINITE,
        bytes(rig, topic, withInput(rig, EventReader.tensor(broken, PathRig.SHAPE))));
    return poison;
  }

  private static InferenceEvent withInput(
      PathRig rig, dev.meander.schemas.record.TensorData input) {
    return InferenceEvent.newBuilder(rig.event()).setInput(input).build();
  }

  private static byte[] bytes(PathRig rig, Topic topic, InferenceEvent event) {
    return topic == Topic.TRAFFIC
        ? rig.serdes.serialize(rig.names.traffic(), event)
        : rig.serdes.serialize(rig.names.of(topic), new Sample(event, 0.5, 1.0, 0, 0L));
  }

  private static Map<Long, Long> samplesByVersion(PathRig rig, int versions) {
    Map<Long, Long> samples = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : rig.read(rig.names.adapters(), versions)) {
      Decoded<AdapterRecord> decoded =
          rig.serdes.decode(record.topic(), AdapterRecord.class, record.value());
      AdapterRecord version = ((Decoded.Value<AdapterRecord>) decoded).value();
      samples.put(version.getVersion(), version.getProvenance().getSamples());
    }
    return samples;
  }

  private static String own(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.headers().lastHeader(OWN).value(), UTF_8);
  }

  @Test
  void shouldLayAsideWhatIsPoisonedAndLearnOn(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "poisoned", folder)) {
      rig.startApplication();
      Map<String, byte[]> sent = new TreeMap<>();
      for (Topic topic : List.of(Topic.TRAFFIC, Topic.SAMPLES)) {
        poison(rig, topic)
            .forEach(
                (reason, value) -> {
                  String name = topic + " " + reason;
                  sent.put(name, value);
                  rig.send(rig.names.of(topic), KEY, value, OWN, name);
                });
      }
      rig.sendGood(PathRig.BATCH);
      assertThat(samplesByVersion(rig, 1)).isEqualTo(Map.of(1L, (long) PathRig.BATCH));

      List<ConsumerRecord<byte[], byte[]>> letters = rig.read(rig.names.dlq(), sent.size());
      for (ConsumerRecord<byte[], byte[]> letter : letters) {
        DeadLetter cause = DeadLetter.read(letter.headers()).orElseThrow();
        Topic topic = Topic.ofName(cause.topic()).orElseThrow();
        assertThat(topic + " " + cause.reason()).isEqualTo(own(letter));
        assertThat(letter.value()).isEqualTo(sent.get(own(letter)));
        assertThat(letter.key()).isEqualTo(KEY);
      }
      assertThat(letters).extracting(RedriveTest::own).containsAll(sent.keySet());

      assertThat(count(redrive(rig), "WOULD_SEND")).isEqualTo(sent.size());
      assertThat(count(redrive(rig, "--topic", "samples"), "WOULD_SEND")).isEqualTo(4);
      assertThat(count(redrive(rig, "--reason", "NOT_FINITE,WRONG_SHAPE"), "WOULD_SEND"))
          .isEqualTo(4);
      assertThat(count(redrive(rig, "--lineage", PathRig.LINEAGE.toString()), "WOULD_SEND"))
          .isEqualTo(sent.size());
      assertThat(count(redrive(rig, "--lineage", "fake:other"), "WOULD_SEND")).isZero();
    }
  }

  /** An event of a writer whose schema has one more field, registered too late. */
  @Test
  void shouldUseARecordThatIsSentAgainOnceItsCauseIsGone(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "cured", folder);
        SchemaRegistryClient registry =
            RecordSerdes.client(Map.of(RecordSerdes.REGISTRY_URL, cluster.registryUrl()))) {
      rig.startApplication();
      int last = registry.register("other-value", new AvroSchema("{\"type\":\"string\"}"));
      byte[] plain = bytes(rig, Topic.TRAFFIC, rig.event());
      byte[] early = Arrays.copyOf(plain, plain.length + 1); // the new field is null
      ByteBuffer.wrap(early).putInt(1, last + 1);
      rig.send(rig.names.traffic(), KEY, early, OWN, "early");
      rig.read(rig.names.dlq(), 1);

      assertThat(registry.register(rig.names.traffic() + "-value", withOneMoreField()))
          .isEqualTo(last + 1);
      assertThat(count(redrive(rig, "--send", "--reason", "UNKNOWN_SCHEMA"), "SENT")).isEqualTo(1);
      List<ConsumerRecord<byte[], byte[]>> again = rig.read(rig.names.traffic(), 2);
      assertThat(again)
          .extracting(ConsumerRecord::value, RedriveTest::own)
          .containsExactly(tuple(early, "early"), tuple(early, "early"));
      assertThat(again.get(1).partition()).isEqualTo(again.get(0).partition());
      assertThat(again.get(1).timestamp()).isEqualTo(again.get(0).timestamp());
      assertThat(DeadLetter.redrives(again.get(1).headers())).isEqualTo(1);

      rig.sendGood(PathRig.BATCH - 1);
      assertThat(samplesByVersion(rig, 1)).isEqualTo(Map.of(1L, (long) PathRig.BATCH));
      JsonNode nothing = redrive(rig, "--send");
      assertThat(count(nothing, "SENT")).isZero();
      assertThat(count(nothing, "SENT_BEFORE")).isEqualTo(1);
      assertThat(rig.read(rig.names.traffic(), 2 + PathRig.BATCH - 1)).hasSize(PathRig.BATCH + 1);
    }
  }

  private static AvroSchema withOneMoreField() {
    String schema = RecordSchemas.of(Topic.TRAFFIC).orElseThrow().canonicalString();
    int end = schema.lastIndexOf("]");
    return new AvroSchema(
        schema.substring(0, end)
            + ",{\"name\":\"lens\",\"type\":[\"null\",\"string\"],\"default\":null}"
            + schema.substring(end));
  }

  @Test
  void shouldEndTheLoopOfALetterThatFailsAgain(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "loop", folder)) {
      rig.startApplication();
      byte[] garbage = {7, 7, 7, 7, 7, 7};
      rig.send(rig.names.traffic(), KEY, garbage, OWN, "garbage");
      for (int redrives = 0; redrives < REDRIVES; redrives++) {
        rig.read(rig.names.dlq(), redrives + 1);
        assertThat(count(redrive(rig, "--send"), "SENT")).as("redrive " + redrives).isEqualTo(1);
      }
      List<ConsumerRecord<byte[], byte[]>> letters = rig.read(rig.names.dlq(), REDRIVES + 1);
      assertThat(letters)
          .extracting(letter -> DeadLetter.redrives(letter.headers()))
          .containsExactlyInAnyOrder(0, 1, 2, 3);
      assertThat(letters).extracting(ConsumerRecord::value).containsOnly(garbage);

      JsonNode end = redrive(rig, "--send");
      assertThat(count(end, "SENT")).isZero();
      assertThat(count(end, "REDRIVES_MAX")).isEqualTo(1);
      assertThat(end.path("letters").findValuesAsText("redrives")).containsExactly("3");
      rig.sendGood(PathRig.BATCH);
      assertThat(samplesByVersion(rig, 1)).isEqualTo(Map.of(1L, (long) PathRig.BATCH));
    }
  }
}
