package dev.meander.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.schemas.stall.PartitionEnds;
import dev.meander.schemas.stall.StableOffsets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import kafka.server.BrokerServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator finds PrepareAbort in its log when it starts, and at that moment the partition has
 * no leader. A broker that comes back after a kill is in that place for a moment, when it has been
 * fenced and not yet elected; here it lasts, because the partition is another broker's, which is
 * down.
 */
class UnmarkedTransactionTest {

  private static final String ID = "writer";
  private static final TopicPartition PARTITION = new TopicPartition("data", 0);
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  private int controller;

  @Test
  void shouldWriteTheMarkerOnceThePartitionHasALeader() throws Exception {
    leaveAnAbortWithoutMarkers();
    try (EmbeddedBroker broker = start(MarkerSafeBroker::new);
        Admin admin = Broker.admin(broker.bootstrap())) {
      // it has read its log and asked for the leader when it knows the transaction
      await().atMost(SOON).ignoreExceptions().until(() -> state(admin) != null);
      assertThat(state(admin)).isEqualTo(TransactionState.PREPARE_ABORT);
      try (SecondBroker second = second()) {
        awaitState(admin, TransactionState.COMPLETE_ABORT);
        assertThat(ends(admin).behind()).isZero();
        assertThat(ends(admin).end()).as("a record and its marker").isEqualTo(2);
      }
    }
  }

  /** The fault of Kafka 4.3.1. Once this fails, Kafka has mended it, and our cache can go. */
  @Test
  void shouldEndItWithoutAMarkerInKafkasOwnServer() throws Exception {
    leaveAnAbortWithoutMarkers();
    try (EmbeddedBroker broker = start(BrokerServer::new);
        Admin admin = Broker.admin(broker.bootstrap())) {
      awaitState(admin, TransactionState.COMPLETE_ABORT);
      try (SecondBroker second = second()) {
        await().atMost(SOON).ignoreExceptions().until(() -> ends(admin).end() > 0);
        assertThat(ends(admin)).isEqualTo(new PartitionEnds(0, 1));
      }
    }
  }

  private void leaveAnAbortWithoutMarkers() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      controller = free.getLocalPort();
    }
    try (EmbeddedBroker broker = start(MarkerSafeBroker::new)) {
      TransactionLogEdit log = new TransactionLogEdit(broker.bootstrap());
      // the coordinator's topic lies on the first broker, the partition on the second
      log.leaveOpen("first", List.of());
      try (SecondBroker second = second();
          Admin admin = Broker.admin(broker.bootstrap())) {
        admin
            .createTopics(
                List.of(new NewTopic(PARTITION.topic(), Map.of(0, List.of(SecondBroker.NODE)))))
            .all()
            .get(10, TimeUnit.SECONDS);
        log.leaveOpen(ID, List.of(PARTITION));
        log.say(ID, org.apache.kafka.coordinator.transaction.TransactionState.PREPARE_ABORT);
      }
    }
  }

  private EmbeddedBroker start(Function<SharedServer, BrokerServer> server) {
    Map<String, String> ports =
        Map.of(
            "listeners",
            "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:" + controller,
            "controller.quorum.voters",
            "1@127.0.0.1:" + controller);
    return EmbeddedBroker.start(
        BrokerOptions.temporary().in(folder.resolve("first")).overriding(ports), server);
  }

  private SecondBroker second() throws Exception {
    return SecondBroker.start(folder.resolve("second"), folder.resolve("first"), controller);
  }

  private static void awaitState(Admin admin, TransactionState state) {
    await().atMost(SOON).ignoreExceptions().until(() -> state(admin) == state);
  }

  private static TransactionState state(Admin admin) throws Exception {
    return admin
        .describeTransactions(List.of(ID))
        .description(ID)
        .get(10, TimeUnit.SECONDS)
        .state();
  }

  private static PartitionEnds ends(Admin admin) throws InterruptedException, IOException {
    PartitionEnds ends = new StableOffsets(admin, SOON).ends(List.of(PARTITION)).get(PARTITION);
    if (ends == null) {
      throw new IOException("no leader yet");
    }
    return ends;
  }
}
