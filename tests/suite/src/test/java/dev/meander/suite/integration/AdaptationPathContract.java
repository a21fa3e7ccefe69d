package dev.meander.suite.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.meander.core.weights.Sha256;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Prediction;
import dev.meander.schemas.record.ServingAck;
import dev.meander.serving.ServingNode;
import dev.meander.streams.AdaptationApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must hold on every cluster. */
abstract class AdaptationPathContract {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  /** The cluster of this class. */
  abstract TestCluster cluster();

  @Test
  void shouldServeLearnedVersionsWhenTrafficFlows() throws Exception {
    try (PathRig rig = new PathRig(cluster(), "flow", folder)) {
      rig.startApplication();
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(3 * PathRig.BATCH);

      await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == 3);
      List<AdapterRecord> adapters = adapters(rig, 3);
      assertThat(adapters).extracting(AdapterRecord::getVersion).containsExactly(1L, 2L, 3L);
      assertThat(adapters).extracting(AdapterRecord::getParent).containsExactly(0L, 1L, 2L);
      assertThat(node.active(PathRig.LINEAGE).content())
          .isEqualTo(Sha256.wrap(bytes(adapters.get(2).getContentSha256())));
      HttpResponse<String> answer = ask(node);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"model_version\":\"3\"");
      assertThat(answer.headers().firstValue("meander-version")).hasValue("3");
      assertThat(answer.headers().firstValue("meander-lineage")).hasValue("fake:global");
      // the answer is an event of the traffic: three batches, and this one
      assertThat(rig.read(rig.names.traffic(), 3 * PathRig.BATCH + 1)).isNotEmpty();
    }
  }

  @Test
  void shouldServeVersionsInChunksAndAsChangesWhenConfigured() throws Exception {
    Map<String, String> settings =
        Map.of(
            "publish.chunk.bytes", "100",
            "publish.key.every", "2",
            "publish.delta.codec", "xor-zstd");
    try (PathRig rig = new PathRig(cluster(), "chunks", folder)) {
      rig.startApplication(settings);
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(4 * PathRig.BATCH);

      await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == 4);
      assertThat(acks(rig)).extracting(ServingAck::getOutcome).containsOnly("LIVE");
      ServingNode late = rig.startNode("node-2");
      await().atMost(SOON).until(() -> late.active(PathRig.LINEAGE).number() == 4);
      assertThat(late.active(PathRig.LINEAGE)).isEqualTo(node.active(PathRig.LINEAGE));
    }
  }

  @Test
  void shouldDeadLetterBadTrafficWithItsBytesAndGoOn() throws Exception {
    try (PathRig rig = new PathRig(cluster(), "bad", folder)) {
      rig.startApplication();
      byte[] garbage = "not a record".getBytes(UTF_8);
      byte[] unknownSchema = new byte[] {0, 0x7f, 0, 0, 1, 2, 3};
      InferenceEvent stranger =
          InferenceEvent.newBuilder(rig.event()).setLineage("other:global").build();
      byte[] unknownLineage = rig.serdes.serialize(rig.names.traffic(), stranger);
      rig.sendGood(PathRig.BATCH / 2);
      rig.send(rig.names.traffic(), "bad-1", garbage);
      rig.send(rig.names.traffic(), "bad-2", unknownSchema);
      rig.send(rig.names.traffic(), "bad-3", unknownLineage);
      rig.sendGood(PathRig.BATCH / 2);

      assertThat(adapters(rig, 1)).hasSize(1);
      List<ConsumerRecord<byte[], byte[]>> dead = rig.read(rig.names.dlq(), 3);
      assertThat(dead)
          .extracting(record -> new String(record.key(), UTF_8), ConsumerRecord::value)
          .containsExactlyInAnyOrder(
              tuple("bad-1", garbage),
              tuple("bad-2", unknownSchema),
              tuple("bad-3", unknownLineage));
      assertThat(dead)
          .extracting(record -> header(record, "meander.reason"))
          .containsExactlyInAnyOrder("UNDECODABLE", "UNKNOWN_SCHEMA", "UNKNOWN_LINEAGE");
      assertThat(dead)
          .extracting(record -> header(record, "__streams.errors.topic"))
          .containsOnly(rig.names.traffic());
    }
  }

  @Test
  void shouldRefuseAdapterForAnotherBaseAndKeepServing() throws Exception {
    try (PathRig rig = new PathRig(cluster(), "base", folder)) {
      AdaptationApplication application = rig.startApplication();
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(PathRig.BATCH);
      await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == 1);
      application.close();
      AdapterRecord foreign =
          AdapterRecord.newBuilder(adapters(rig, 1).get(0))
              .setVersion(2)
              .setBaseSha256(ByteBuffer.wrap(new byte[Sha256.BYTES]))
              .build();
      rig.send(
          rig.names.adapters(),
          PathRig.LINEAGE + "/2",
          rig.serdes.serialize(rig.names.adapters(), foreign));

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(acks(rig))
                      .filteredOn(ack -> ack.getOutcome().equals("REFUSED"))
                      .extracting(ServingAck::getReason)
                      .containsExactly(
                          "OTHER_BASE: expected an adapter for base "
                              + rig.baseHash()
                              + ", found one for base 000000000000"));
      assertThat(node.active(PathRig.LINEAGE).number()).isEqualTo(1);
      assertThat(ask(node).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldContinueWhereItStoppedWhenApplicationRestarts() throws Exception {
    List<String> interrupted = new ArrayList<>();
    List<String> uninterrupted = new ArrayList<>();
    try (PathRig rig = new PathRig(cluster(), "restart", folder.resolve("a"))) {
      Map<String, String> settings = Map.of("predictions.enabled", "true");
      try (AdaptationApplication first = rig.startApplication(settings)) {
        rig.sendGood(PathRig.BATCH + PathRig.BATCH / 2);
        assertThat(adapters(rig, 1)).hasSize(1);
        assertThat(first.failure()).isEmpty();
      }
      rig.startApplication(settings);
      rig.sendGood(PathRig.BATCH + PathRig.BATCH / 2);
      adapters(rig, 3).forEach(adapter -> interrupted.add(hash(adapter)));
      assertThat(predictions(rig, 3 * PathRig.BATCH))
          .extracting(Prediction::getEventId, Prediction::getVersion)
          .containsExactlyElementsOf(
              IntStream.range(0, 3 * PathRig.BATCH)
                  .mapToObj(i -> tuple("event-" + i, 1L + i / PathRig.BATCH))
                  .toList());
    }
    try (PathRig rig = new PathRig(cluster(), "straight", folder.resolve("b"))) {
      rig.startApplication();
      rig.sendGood(3 * PathRig.BATCH);
      adapters(rig, 3).forEach(adapter -> uninterrupted.add(hash(adapter)));
    }
    assertThat(interrupted).hasSize(3).isEqualTo(uninterrupted);
  }

  private static String hash(AdapterRecord adapter) {
    return adapter.getVersion() + " " + Sha256.wrap(bytes(adapter.getContentSha256())).hex();
  }

  private static List<AdapterRecord> adapters(PathRig rig, int count) {
    return rig.read(rig.names.adapters(), count).stream()
        .map(record -> rig.serdes.decode(record.topic(), AdapterRecord.class, record.value()))
        .map(decoded -> ((Decoded.Value<AdapterRecord>) decoded).value())
        .toList();
  }

  private static List<Prediction> predictions(PathRig rig, int count) {
    return rig.read(rig.names.predictions(), count).stream()
        .map(record -> rig.serdes.decode(record.topic(), Prediction.class, record.value()))
        .map(decoded -> ((Decoded.Value<Prediction>) decoded).value())
        .toList();
  }

  private static List<ServingAck> acks(PathRig rig) {
    return rig.read(rig.names.acks(), 2).stream()
        .map(record -> rig.serdes.decode(record.topic(), ServingAck.class, record.value()))
        .map(decoded -> ((Decoded.Value<ServingAck>) decoded).value())
        .toList();
  }

  private static HttpResponse<String> ask(ServingNode node) throws Exception {
    String data = String.join(",", Collections.nCopies(48, "0.5"));
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + node.port() + "/v2/models/fake/infer"))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3,4,4],\"datatype\":\"FP32\","
                            + "\"data\":["
                            + data
                            + "]}]}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
