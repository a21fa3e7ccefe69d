package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.versions.Answered;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.OrderClient;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.time.ClusterClock;
import dev.meander.serving.ServingNode;
import dev.meander.streams.AdaptationApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Programs on machines whose clock is not the broker's, which takes nothing from the future. */
class OtherClockTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Clock AHEAD = Clock.offset(PathRig.CLOCK, Duration.ofHours(3));

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  private static void ask(ServingNode node) throws Exception {
    String data = String.join(",", Collections.nCopies(48, "0.5"));
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.port() + "/v2/models/fake/infer"))
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3,4,4],"
                                + "\"datatype\":\"FP32\",\"data\":["
                                + data
                                + "]}]}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void assertNow(ConsumerRecord<byte[], byte[]> record) {
    assertThat(Instant.ofEpochMilli(record.timestamp()))
        .as(record.topic())
        .isBetween(
            PathRig.CLOCK.instant().minus(SOON.multipliedBy(4)),
            PathRig.CLOCK.instant().plus(SOON));
  }

  @Test
  @BadInput(
      at = Entrance.BROKER,
      what = "node, application and command on machines whose clock is three hours ahead",
      then = "traffic, acks, orders and decisions are stamped with the cluster's time and taken")
  void shouldWriteWhatTheBrokerTakesWhenTheClockIsAhead(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "ahead", folder)) {
      AdaptationApplication application =
          rig.startApplication(Map.of("batch.min", String.valueOf(PathRig.BATCH)), AHEAD);
      ServingNode node = rig.startNode("node-1", AHEAD);
      ask(node);
      assertNow(rig.read(rig.names.traffic(), 1).get(0));
      rig.sendGood(PathRig.BATCH);
      await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == 1);
      assertNow(rig.read(rig.names.acks(), 1).get(0));

      Cluster place =
          new Cluster(
              cluster.bootstrap(),
              Map.of(),
              Map.of(RecordSerdes.REGISTRY_URL, cluster.registryUrl()),
              rig.names,
              "none");
      try (OrderClient client =
          new OrderClient(
              place, AHEAD, () -> TimeUnit.MILLISECONDS.toNanos(PathRig.CLOCK.millis()))) {
        Answered answer =
            client.send(
                Command.newBuilder()
                    .setId("ahead-1")
                    .setLineage(PathRig.LINEAGE.toString())
                    .setKind(CommandKind.ROLLBACK.name())
                    .setVersion(0L)
                    .setTime(Instant.EPOCH)
                    .build(),
                SOON);
        assertThat(answer.outcome()).as(answer.toString()).isEqualTo("APPLIED");
      }
      rig.send(rig.names.commands(), "no lineage", new byte[] {1, 2, 3});
      rig.read(rig.names.dlq(), 1).forEach(OtherClockTest::assertNow);
      rig.read(rig.names.decisions(), 2).forEach(OtherClockTest::assertNow);
      assertThat(application.failure()).isEmpty();
    }
  }

  @Test
  void shouldMeasureTheDifferenceWhenTheClusterTellsItsTime() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
      assertThat(ClusterClock.aheadMillis(admin, AHEAD).orElseThrow())
          .isBetween(
              Duration.ofHours(3).minus(SOON).toMillis(),
              Duration.ofHours(3).plus(SOON).toMillis());
      ClusterClock clock = ClusterClock.of(AHEAD);
      clock.measure(admin);
      assertThat(clock.instant())
          .isBetween(PathRig.CLOCK.instant().minus(SOON), PathRig.CLOCK.instant().plus(SOON));
    }
  }
}
